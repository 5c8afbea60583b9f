import { newSoftPasskey } from './http/soft-passkey.ts'
import { type RunningServer, signInAs } from './running-server.ts'

/** The second person of a running program: signs in, registers a passkey, and approves with it. */
export async function secondPerson(server: Pick<RunningServer, 'address' | 'passwordOf'>, account: string) {
  // Passkeys are for names only.
  const address = server.address.replace('127.0.0.1', 'localhost')
  const person = await signInAs({ address, passwordOf: server.passwordOf }, account)
  const passkey = newSoftPasskey(address)
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await person.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json() as Promise<{ readonly challenge: string }>
  }
  const options = await post('/api/me/passkeys/options', { password: server.passwordOf(account) })
  await post('/api/me/passkeys', { name: 'test', response: passkey.register(options) })
  return {
    ...person,
    approve: async (changeId: string) => {
      const page = (await (await person.fetch(`/api/changes/${changeId}`)).json()) as { binding: string }
      const asked = await post('/api/me/presence/options', { bound: page.binding })
      await post(`/api/changes/${changeId}/verdict`, { verdict: 'approve', assertion: passkey.answer(asked) })
    },
  }
}
