/**
 * Why PostgreSQL cannot be asked now. `unreachable`: no connection. `lost`: the connection broke. `slow`: no answer within
 * its bound. `full`: it has no room, memory or connections left. `read-only`: a standby, or a disk it may not write.
 * `refused`: it does not let this login in.
 */
export type UnavailableReason = 'unreachable' | 'lost' | 'slow' | 'full' | 'read-only' | 'refused'

/**
 * PostgreSQL could not be asked, or did not answer. Nothing is acknowledged: whether a commit under way took place is not
 * known, so nobody may act on it. The message names server codes only, never a statement or a value.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
  readonly reason: UnavailableReason
  /** SQLSTATE or the operating system's word; '' when there is none */
  readonly code: string
  /** this program has closed its connections: asking again is of no use */
  readonly isOver: boolean

  constructor(reason: UnavailableReason, cause: unknown) {
    const code = codeOf(cause)
    super(`PostgreSQL ${reason}${code === '' ? '' : ` (${code})`}`, { cause })
    this.reason = reason
    this.code = code
    this.isOver = cause instanceof Error && cause.message.startsWith('Cannot use a pool after')
  }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const BY_CODE: readonly (readonly [RegExp, UnavailableReason])[] = [
  [/^(57P03|08001|08004)$/, 'unreachable'],
  [/^(08...|57P..|25P03|58...)$/, 'lost'],
  [/^(57014|55P03)$/, 'slow'],
  [/^53...$/, 'full'],
  [/^(EAI_|E)[A-Z0-9]+$/, 'unreachable'],
]
// The driver's own failures carry no code.
const BY_MESSAGE: readonly (readonly [RegExp, UnavailableReason])[] = [
  [
    /^(Query read timeout|timeout exceeded when trying to connect|.*due to connection timeout|timeout expired)$/,
    'slow',
  ],
  [/^Connection terminated|not queryable$|^Cannot use a pool after|^Connection ended|stream is destroyed/, 'lost'],
  [/password must be a string|client password/, 'refused'],
]
// Before a login is let in, its name, password, database or rights are what is wrong.
const AT_LOGIN = /^(28...|3D000|42501|42704)$/

/** What the driver threw at a statement, as unavailability where it is one; everything else as it is. */
export function asUnavailable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable) return error
  const code = codeOf(error)
  const known =
    code === ''
      ? BY_MESSAGE.find(([pattern]) => pattern.test(error.message))
      : BY_CODE.find(([pattern]) => pattern.test(code))
  return known ? new DatabaseUnavailable(known[1], error) : error
}

/** The same for a connection being made. */
export function asUnreachable(error: unknown): unknown {
  return AT_LOGIN.test(codeOf(error)) ? new DatabaseUnavailable('refused', error) : asUnavailable(error)
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' ? code : ''
}
