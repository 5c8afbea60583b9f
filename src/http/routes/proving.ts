import type { Json } from '../../base/canonical-json.ts'
import type { Result } from '../../base/result.ts'
import { verifyProof } from '../../identity/port.ts'
import type { Ask } from '../route.ts'
import { siteOf } from './account-routes.ts'

type Proved = Result<{ readonly at: Date; readonly evidence: Json }, 'presence-refused'>

/** The passkey's answer that came with a body, to be checked against the bytes it must stand for. */
export const proving =
  (ask: Pick<Ask<unknown, unknown>, 'services' | 'request' | 'caller'>, assertion: unknown) =>
  async (bound: Buffer): Promise<Proved> => {
    const proved = await verifyProof(ask.services, siteOf(ask), ask.caller.account, bound, assertion)
    return proved.ok ? { ok: true, value: { at: proved.value.at, evidence: { ...proved.value.evidence } } } : proved
  }
