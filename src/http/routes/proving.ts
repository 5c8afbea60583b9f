import type { Json } from '../../base/canonical-json.ts'
import type { Result } from '../../base/result.ts'
import { type PasskeySite, verifyProof } from '../../identity/port.ts'
import type { ServicesAsk as Ask } from '../bound-route.ts'

type Proved = Result<{ readonly at: Date; readonly evidence: Json }, 'presence-refused'>

/** Where the page is, as its browser sees it. The host was checked against the served ones before. */
export function siteOf({ request, services }: Pick<Ask<unknown, unknown>, 'request' | 'services'>): PasskeySite {
  const host = request.headers.host ?? ''
  return { host: host.replace(/:\d+$/, ''), origin: `${services.isSecure ? 'https' : 'http'}://${host}` }
}

/** The passkey's answer that came with a body, to be checked against the bytes it must stand for. */
export const proving =
  (ask: Pick<Ask<unknown, unknown>, 'services' | 'request' | 'caller'>, assertion: unknown) =>
  async (bound: Buffer): Promise<Proved> => {
    const proved = await verifyProof(ask.services, siteOf(ask), ask.caller.account, bound, assertion)
    return proved.ok ? { ok: true, value: { at: proved.value.at, evidence: { ...proved.value.evidence } } } : proved
  }
