import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { ProblemError, sendJson } from './request.ts'

type LoginOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']
type MakeOptions = Parameters<typeof startRegistration>[0]['optionsJSON']

const CANCELLED = {
  code: 'passkey-cancelled',
  message: '未完成通行密鑰的確認。',
  messageEn: 'The passkey was not confirmed.',
  advice: '請再試一次；手邊沒有已登錄的裝置時，請洽資訊單位。',
  adviceEn: 'Try again; without a registered device at hand, ask the IT office.',
  reference: '',
}

/**
 * Asks for the passkey. `bound`: 32 bytes as hex that the answer stands for, such as a request's hash; left out, it
 * proves mere presence. Throws ProblemError when there is none, or the person turns away.
 */
export async function proveWithPasskey(bound?: string): Promise<unknown> {
  const optionsJSON = await sendJson<LoginOptions>(
    'POST',
    '/api/me/presence/options',
    bound === undefined ? {} : { bound },
  )
  return startAuthentication({ optionsJSON }).catch(refuse)
}

/** Proves presence for this session: finishes a sign-in, and opens for some minutes what asks for it. */
export async function stepUp(): Promise<void> {
  const response = await proveWithPasskey()
  await sendJson('POST', '/api/me/presence', { response })
}

/** Makes a passkey on this device and registers it under a name. `password`: asked for with the first; '' otherwise. */
export async function registerPasskey(name: string, password: string): Promise<void> {
  const optionsJSON = await sendJson<MakeOptions>('POST', '/api/me/passkeys/options', { password })
  const response = await startRegistration({ optionsJSON }).catch(refuse)
  await sendJson('POST', '/api/me/passkeys', { name, response })
}

function refuse(): never {
  throw new ProblemError(CANCELLED, 0)
}
