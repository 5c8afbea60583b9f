import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { Client, ResultCodeError } from 'ldapts'

export interface DirectorySettings {
  /** ldaps://…, or ldap:// on loopback */
  readonly url: string
  /** the name to bind with; `{account}` stands for what was typed: `uid={account},ou=people,dc=…`, `{account}@agency.gov.tw` */
  readonly bindName: string
}

/**
 * What a directory says of an account and password. `wrong`: it answered, and not with a plain yes, whatever its code.
 * `unavailable`: it did not answer, which is never a yes.
 */
export type DirectoryWord = 'right' | 'wrong' | 'unavailable'
export type Directory = (account: string, password: string) => Promise<DirectoryWord>

const TIMEOUT_MS = 5000
/** its answers are some hundred bytes */
const MAX_ANSWER_BYTES = 1_048_576
// An account that needs no escaping in a DN or a UPN.
const PLAIN = /^[a-z][a-z0-9._-]{0,63}$/
// What directories say to everything else while a password must be changed first: insufficient rights, unwilling.
const RESTRICTED: readonly number[] = [50, 53]

/** Checks passwords by binding to the agency's directory (LDAP, Active Directory). Nothing of it is kept. */
export function createDirectory({ url, bindName }: DirectorySettings): Directory {
  return async (account, password) => {
    // A bind without a password is an anonymous one, which directories answer with yes (RFC 4513, 5.1.2).
    if (!PLAIN.test(account) || password === '') return 'wrong'
    const sockets: Socket[] = []
    const kept = <Kind extends Socket>(socket: Kind): Kind => {
      sockets.push(socket)
      return bounded(socket)
    }
    const connection = new Client({
      ...{ url, timeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS },
      createConnection: ((port: number, host: string) => kept(connectPlain(port, host))) as typeof connectPlain,
      createSecureConnection: ((port: number, host: string, options: object) =>
        kept(connectSecure(port, host, options))) as typeof connectSecure,
    })
    const cutOff = () => {
      for (const socket of sockets) socket.destroy()
    }
    const late = setTimeout(cutOff, 2 * TIMEOUT_MS)
    try {
      const name = bindName.replaceAll('{account}', account)
      await connection.bind(name, password)
      return (await isRestricted(connection, name)) ? 'wrong' : 'right'
    } catch (error) {
      return error instanceof ResultCodeError ? 'wrong' : 'unavailable'
    } finally {
      clearTimeout(late)
      await connection.unbind().catch(() => undefined)
      cutOff()
    }
  }
}

/**
 * Whether the directory asks for another password before anything else (pwdReset, an expired one with grace): it says
 * yes to the bind and no to whoever asks for his own entry. A password somebody else knows opens nothing here either.
 * Active Directory, bound to by another name than an entry's, refuses the bind itself.
 */
async function isRestricted(connection: Client, name: string): Promise<boolean> {
  try {
    await connection.search(name.includes('=') ? name : '', {
      scope: 'base',
      filter: '(objectClass=*)',
      attributes: ['1.1'],
      sizeLimit: 1,
    })
    return false
  } catch (error) {
    if (error instanceof ResultCodeError) return RESTRICTED.includes(error.code)
    throw error
  }
}

/** A socket that is cut when more comes over it than any answer holds. */
function bounded<Kind extends Socket>(socket: Kind): Kind {
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) socket.destroy(new Error('the answer is over its limit'))
  })
  return socket
}
