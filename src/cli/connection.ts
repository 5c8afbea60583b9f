/** How commands reach the program: its HTTP interface, with the run folder's token. */
export interface Connection {
  /** `http://host:port` */
  readonly address: string
  /** JSON in, JSON out; throws RequestRefused with the server's own words when it says no. */
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body: object): Promise<Answer>
  delete(path: string): Promise<void>
  /** The body as it comes, for long lists. */
  stream(path: string): Promise<AsyncIterable<Uint8Array>>
  /** The same program with a person's session, which ends at `close`. Throws RequestRefused when he may not sign in. */
  signedIn(account: string, password: string): Promise<Connection>
  close(): Promise<void>
}

/** The server said no, in words for people. */
export class RequestRefused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
