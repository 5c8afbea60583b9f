import { Client, InvalidCredentialsError } from 'ldapts'

export interface DirectorySettings {
  /** ldaps://…, or ldap:// on loopback */
  readonly url: string
  /** the name to bind with; `{account}` stands for what was typed: `uid={account},ou=people,dc=…`, `{account}@agency.gov.tw` */
  readonly bindName: string
}

/** What a directory says of an account and password. `unavailable`: it did not answer, which is never a yes. */
export type DirectoryWord = 'right' | 'wrong' | 'unavailable'
export type Directory = (account: string, password: string) => Promise<DirectoryWord>

const TIMEOUT_MS = 5000
// An account that needs no escaping in a DN or a UPN.
const PLAIN = /^[a-z][a-z0-9._-]{0,63}$/

/** Checks passwords by binding to the agency's directory (LDAP, Active Directory). Nothing of it is kept. */
export function createDirectory({ url, bindName }: DirectorySettings): Directory {
  return async (account, password) => {
    // A bind without a password is an anonymous one, which directories answer with yes (RFC 4513, 5.1.2).
    if (!PLAIN.test(account) || password === '') return 'wrong'
    const connection = new Client({ url, timeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS })
    try {
      await connection.bind(bindName.replaceAll('{account}', account), password)
      return 'right'
    } catch (error) {
      return error instanceof InvalidCredentialsError ? 'wrong' : 'unavailable'
    } finally {
      await connection.unbind().catch(() => undefined)
    }
  }
}
