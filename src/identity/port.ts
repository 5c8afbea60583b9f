/**
 * Identity answers: who is acting, and in which post. People sign in at the agency's OpenID provider, with the password
 * of its directory, or with a local account; a passkey finishes it. Rights are not here: the permission table stands in http/permissions.ts.
 */
export type { Doer } from './account-event.ts'
export { addAccount, isFounding, openAgreedAccount } from './add-account.ts'
export {
  addCallingSystem,
  type CallingSystem,
  callingSystemOf,
  changeCallingSystem,
  drawSystemKey,
  endCallingSystem,
  issueToken,
  listCallingSystems,
  systemOfCertificate,
  systemOfSecret,
  TOKEN_SECONDS,
} from './calling-system.ts'
export { changePassword } from './change-password.ts'
export { createDemoAccounts, listDemoAccounts } from './demo-accounts.ts'
export { createDirectory, type Directory } from './directory.ts'
export { endAccount, privilegedUse, unusedAccounts } from './end-account.ts'
export { giveRole, type RoleGiven, roleConflict, roleOf } from './give-role.ts'
export { isWatching, lastOfTheirRole } from './guarded-roles.ts'
export { foldName, namesOf } from './names.ts'
export { approversOf, askerFacts, ethicsOf, officialsOf, watchersOf } from './office.ts'
export { createOidc } from './oidc.ts'
export { drawPasswords } from './one-time-passwords.ts'
export {
  addPasskey,
  beginPasskey,
  beginProof,
  listPasskeys,
  type PasskeySite,
  removePasskey,
  verifyProof,
} from './passkey.ts'
export { postOf, scopeOf } from './person.ts'
export {
  endSession,
  findSession,
  isCsrfTokenRight,
  listSessions,
  recordPresence,
  type Session,
  signOut,
} from './session.ts'
export { type SignedIn, signIn } from './sign-in.ts'
export { MISSING_MEANS, type SignInMeans } from './sign-in-means.ts'
export {
  accountsElsewhere,
  ORDINARY_ROLES,
  rolesHeld,
  type StaffAccount,
  writeStaffAccounts,
} from './staff-accounts.ts'
