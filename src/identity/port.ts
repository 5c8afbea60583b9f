/**
 * Identity answers: who is acting, and in which post. For now people sign in with local accounts; sign-in through the
 * agency's own directory is not built yet. Rights are not here: the permission table stands in http/permissions.ts.
 */
export { addAccount } from './add-account.ts'
export { createDemoAccounts, listDemoAccounts } from './demo-accounts.ts'
export { approversOf, askerFacts, conflictBetween, ethicsOf } from './office.ts'
export { postOf } from './person.ts'
export { findSession, isCsrfTokenRight, type Session, signOut } from './session.ts'
export { signIn } from './sign-in.ts'
