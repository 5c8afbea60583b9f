/**
 * Changes answer: what was changed of the installation, who proposed it, who else approved it, and what it meant. Roles,
 * rules, policies, connectors and retention change, how accounts are entered, imports are undone, and what gives anybody
 * power over others (staff, systems that speak for officials, accounts that come or of those who watch end) happens in no
 * other way: one proposes with a reason, another sees the difference and what follows from it and approves with his passkey,
 * and only then it is applied, with its events, in one transaction. What changed meanwhile is refused as stale; what nobody
 * decides on ends by itself.
 */
export { type ChangeFailure, type Changes, createChanges } from './create-changes.ts'
export { accountAddKind, accountEndKind } from './kinds/account.ts'
export { callingSystemKind } from './kinds/calling-system.ts'
export { connectorKind } from './kinds/connector.ts'
export { importUndoKind } from './kinds/import-undo.ts'
export { policyKind } from './kinds/policy.ts'
export { retentionKind } from './kinds/retention.ts'
export { roleKind } from './kinds/role.ts'
export { ruleKind } from './kinds/rule.ts'
export { signInKind } from './kinds/sign-in.ts'
export { staffKind } from './kinds/staff.ts'
export { staffProposals } from './staff-proposals.ts'
