import type { Json } from '../../base/canonical-json.ts'
import type { Result } from '../../base/result.ts'
import type { ApprovalTemplate, Asker } from '../decision.ts'

/** Somebody of the office, as identity knows him at this moment. */
export interface OfficePerson {
  readonly account: string
  readonly name: string
  readonly unit: string
  readonly post: string
  readonly agency: string
  /** set when he decides in another's place: that one's account and post */
  readonly actingFor?: { readonly account: string; readonly post: string }
}

/** `list`: what could come to him · `approve`: a look before it happens · `judge`: an act afterwards */
export type ConflictAct = 'list' | 'approve' | 'judge'
export type Conflict = 'self' | 'superior' | 'subordinate' | 'deputy' | 'household'

/** What the desk asks of identity; wired in compose.ts. */
export interface Office {
  /** who he is now, with roles and portfolio of the organisation; undefined when the account has ended */
  asker(account: string): Promise<(Asker & { readonly name: string }) | undefined>
  /** who may decide on his requests by the organisation chart, deputies standing in; never himself */
  approversOf(account: string, template: ApprovalTemplate): Promise<readonly OfficePerson[]>
  /** the ethics officers of an agency: told of every emergency */
  ethicsOf(agency: string): Promise<readonly OfficePerson[]>
  /** why this person may not decide on that one; undefined: nothing known against it */
  conflict(judge: string, account: string, act: ConflictAct): Promise<Conflict | undefined>
}

/**
 * Proof that the person at the screen is the account's own: checks his passkey's signature over these 32 bytes. The
 * evidence is kept with what it stands for.
 */
export type Prove = (
  bound: Buffer,
) => Promise<Result<{ readonly at: Date; readonly evidence: Json }, 'presence-refused'>>
