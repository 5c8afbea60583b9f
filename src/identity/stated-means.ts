import type { RoleName } from '../wire/session.ts'

/** How a session was or may be opened: password here, the agency's directory, its OpenID provider. */
export const MEANS = ['password', 'ldap', 'oidc'] as const
export type Means = (typeof MEANS)[number]

interface Stated {
  /** what two persons stated; null: nothing */
  readonly means: readonly Means[] | null
  readonly password_hash: string
}

/**
 * By which means an account may be entered. Where nothing is stated, an account with a password here is entered by it
 * alone: whoever runs the provider or the directory does not become its owner. One without a password is theirs.
 */
export function meansOf({ means, password_hash: hash }: Stated): readonly Means[] {
  if (means !== null) return means
  return hash === '' ? ['ldap', 'oidc'] : ['password']
}

/** Where a typed password is checked, if anywhere: here when both are stated, so that one guess is one comparison. */
export function passwordMeans(stated: Stated): 'password' | 'ldap' | undefined {
  const means = meansOf(stated)
  if (means.includes('password') && stated.password_hash !== '') return 'password'
  return means.includes('ldap') ? 'ldap' : undefined
}

/**
 * Roles that reveal, approve or decide: no other means stands for their holder than a passkey of his own here.
 * test/http/permissions.test.ts compares them with the permission table.
 */
export const PASSKEY_ROLES: readonly RoleName[] = ['ethics', 'supervisor', 'head', 'security']

/** Whether this account has to have a passkey. The sample's people, who guard nothing, do without. */
export const needsPasskey = (row: { readonly role: RoleName; readonly is_demo: boolean }): boolean =>
  !row.is_demo && PASSKEY_ROLES.includes(row.role)
