import { fail, type Result } from '../base/result.ts'

/** Why a file cannot be imported at all. The caller shows `message`; nothing was loaded. */
export interface EvidenceFailure {
  readonly code:
    | 'unreadable'
    | 'unknown-format'
    | 'unknown-encoding'
    | 'invalid-encoding'
    | 'truncated'
    | 'too-large-inside'
    | 'damaged'
    | 'empty'
    | 'bad-mapping'
    | 'unknown-target'
    | 'no-system'
    | 'stopped'
  readonly message: string
  readonly messageEn: string
}

export const refuse = (
  code: EvidenceFailure['code'],
  message: string,
  messageEn: string,
): Result<never, EvidenceFailure> => fail({ code, message, messageEn })

/** Carries a failure out of a stream, where a Result cannot travel. Caught once, in run-import.ts and preview.ts. */
export class SourceFailure extends Error {
  readonly failure: EvidenceFailure
  constructor(code: EvidenceFailure['code'], message: string, messageEn: string) {
    super(messageEn)
    this.failure = { code, message, messageEn }
  }
}
