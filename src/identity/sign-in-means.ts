import type { Result } from '../base/result.ts'
import type { SignedIn } from './open-session.ts'

/**
 * `refused`: what came back does not lead to an account here. `unavailable`: the other side cannot be reached.
 * `other-subject`: the account belongs to another login of the provider. `first-key`: it needs a passkey first, which this
 * means may not bring.
 */
export type MeansFailure = 'refused' | 'unavailable' | 'other-subject' | 'first-key'

/** What a browser comes back with. `form`: the fields it posted, for a means that answers by form instead of by address. */
export interface MeansAnswer {
  readonly address: URL
  readonly form: Readonly<Record<string, string>>
}

/**
 * A means of sign-in that leads elsewhere and comes back with somebody's word. OpenID Connect (oidc.ts) is one; each
 * further one is a file beside it, its place in compose.ts and its routes. It decides who it was, never what he may do: a session opens
 * only for an account that exists here and has not ended.
 */
export interface SignInMeans {
  /** what its button is called */
  readonly name: string
  /** Where to send the browser, and the secret that only this browser can bring back. `place`: network address. */
  begin(
    returnTo: string,
    place: string,
  ): Promise<Result<{ readonly url: string; readonly secret: string }, MeansFailure>>
  /** Takes an answer once; refusals are recorded without what was said. `place`: network address. */
  finish(answer: MeansAnswer, secret: string, place: string): Promise<Result<SignedIn, MeansFailure>>
}

/** A national means nobody has built here, and what building it needs first. */
export interface MissingMeans {
  readonly name: string
  readonly nameEn: string
  readonly needs: string
  readonly needsEn: string
}

/** Named so that nobody takes them for built. What stands here was read in published rules and guides, not tried. */
export const MISSING_MEANS: readonly MissingMeans[] = [
  {
    name: '自然人憑證',
    nameEn: 'Citizen Digital Certificate',
    needs: '讀卡元件與憑證鏈；以用戶端憑證或簽章挑戰核對，再以憑證序號對應帳號。',
    needsEn:
      'A card component and the chain of certificates: a client certificate or a signed challenge, then its serial.',
  },
  {
    name: '行動自然人憑證（TW FidO）',
    nameEn: 'TW FidO',
    needs: '介接規格未公開，須先申請。',
    needsEn: 'Its interface is not published; access has to be applied for first.',
  },
  {
    name: '我的E政府單一登入',
    nameEn: 'My E-Government single sign-on',
    needs: '須先申請；以表單帶回代碼，再向其服務查詢使用者，自成一套協定。',
    needsEn: 'Access has to be applied for: it answers by form and a query to its service, not by OpenID Connect.',
  },
]
