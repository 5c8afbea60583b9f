import type { RoleName } from '../../../../src/wire/session.ts'
import { useText } from '../../text/setup-text.ts'

/** A role in words; one that oversees or runs the program stands out. */
export function RoleWord({ role }: { readonly role: RoleName }) {
  const { t } = useText()
  return <span className={role === 'officer' ? 'text-soft' : 'people-role'}>{t(`people.roles.${role}`)}</span>
}
