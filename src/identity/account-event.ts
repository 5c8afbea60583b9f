/** Who acts on an account: its owner, or somebody in charge of accounts. */
export interface Doer {
  readonly account: string
  readonly post: string
}

/** The part of an event that all acts on an account share. */
export const accountEvent = (doer: Doer, at: Date, subject = doer.account) => ({
  at,
  actor: doer.account,
  actorPost: doer.post,
  subjectRef: subject,
  reason: '',
})
