/**
 * Identity answers: who is acting, and in which post. For now people sign in with local accounts; sign-in through the
 * agency's own directory is not built yet. Rights are not here: the permission table stands in http/permissions.ts.
 */
export { addAccount } from './add-account.ts'
export {
  addCallingSystem,
  type CallingSystem,
  endCallingSystem,
  issueToken,
  listCallingSystems,
  systemOfCertificate,
  systemOfSecret,
  TOKEN_SECONDS,
} from './calling-system.ts'
export { changePassword } from './change-password.ts'
export { createDemoAccounts, listDemoAccounts } from './demo-accounts.ts'
export { endAccount, privilegedUse, unusedAccounts } from './end-account.ts'
export { approversOf, askerFacts, conflictBetween, ethicsOf, officialsOf } from './office.ts'
export {
  addPasskey,
  beginPasskey,
  beginProof,
  listPasskeys,
  type PasskeySite,
  removePasskey,
  verifyProof,
} from './passkey.ts'
export { postOf } from './person.ts'
export {
  endSession,
  findSession,
  isCsrfTokenRight,
  listSessions,
  recordPresence,
  type Session,
  signOut,
} from './session.ts'
export { signIn } from './sign-in.ts'
