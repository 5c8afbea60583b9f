/** The part of oidc-provider the tests use; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export class Grant {
    constructor(of: { accountId: string; clientId: string })
    addOIDCScope(scope: string): void
    save(): Promise<string>
    static find(id: string): Promise<Grant | undefined>
  }

  export class Provider {
    constructor(issuer: string, settings: object)
    readonly Grant: typeof Grant
    callback(): (request: IncomingMessage, response: ServerResponse) => unknown
    interactionDetails(
      request: IncomingMessage,
      response: ServerResponse,
    ): Promise<{
      readonly params: Readonly<Record<string, unknown>>
      readonly session?: { readonly accountId: string }
      readonly grantId?: string
    }>
    interactionFinished(request: IncomingMessage, response: ServerResponse, answer: object): Promise<void>
  }
}
