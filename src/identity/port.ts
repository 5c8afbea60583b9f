/**
 * Identity answers: who is acting, and in which post. People sign in at the agency's OpenID provider, with the password
 * of its directory, or with a local account; a passkey finishes it. Rights are not here: the permission table stands in wire/permissions.ts.
 */
export type { Doer } from './account-event.ts'
export { hasAccountWarning, listAccountNotices, markAccountNoticesRead } from './account-notice.ts'
export { addAccount, isFounding, openAgreedAccount } from './add-account.ts'
export {
  addCallingSystem,
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
export { changeSignIn, type SignInState, signInStateOf } from './change-sign-in.ts'
export { createDemoAccounts, listDemoAccounts } from './demo-accounts.ts'
export { createDirectory, type Directory } from './directory.ts'
export { endAccount, privilegedUse, unusedAccounts } from './end-account.ts'
export { giveRole, type RoleGiven, roleConflict, roleOf } from './give-role.ts'
export { isWatching, lastOfTheirRole } from './guarded-roles.ts'
export { foldName, namesOf } from './names.ts'
export { approversOf, askerFacts, ethicsOf, officialsOf, watchersOf } from './office.ts'
export { createOidc } from './oidc.ts'
export { drawPasswords } from './one-time-passwords.ts'
export type { SignedIn } from './open-session.ts'
export { addPasskey, type BeginFailure, beginPasskey, removePasskey } from './own-passkeys.ts'
export { beginProof, listPasskeys, type PasskeySite, verifyProof } from './passkey.ts'
export { postOf, scopeOf } from './person.ts'
export { subjectOf } from './provider-subject.ts'
export {
  endSession,
  findSession,
  isCsrfTokenRight,
  listSessions,
  recordPresence,
  signOut,
} from './session.ts'
export { signIn } from './sign-in.ts'
export { MISSING_MEANS, type SignInMeans } from './sign-in-means.ts'
export {
  accountsElsewhere,
  ORDINARY_ROLES,
  rolesHeld,
  type StaffAccount,
  writeStaffAccounts,
} from './staff-accounts.ts'
export { MEANS } from './stated-means.ts'
