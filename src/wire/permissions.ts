import type { RoleName } from './session.ts'

/** A person signed in, the operator on this machine (CLI with the run folder's token), another system, or a directory that states staff. */
export type Actor = RoleName | 'operator' | 'system' | 'provisioner'

const officials = [
  'officer',
  'supervisor',
  'ethics',
  'auditor',
  'it',
  'security',
  'procurement',
  'archivist',
  'head',
] as const
const everyone = [...officials, 'outside-auditor', 'citizen'] as const
const reviewers = ['ethics', 'auditor'] as const
/** the outside auditor reads by pseudonym and changes nothing */
const readers = [...reviewers, 'outside-auditor'] as const

/**
 * Who may do what. Deny by default: an action without the actor's role here is refused, and a route cannot be declared
 * without naming an action. IT staff and the operator load and recompute; they see no case. A citizen signs in and sees
 * what he himself did here, nothing else so far. (T1.1, T4.2)
 */
export const PERMISSIONS = {
  /** signing out, and the passkey that finishes a sign-in */
  'session.finish': everyone,
  'session.own': everyone,
  'guide.view': [...officials, 'outside-auditor'],
  'today.view': [...officials, 'outside-auditor'],
  'figures.view': [...readers, 'head'],
  'verdict.list': readers,
  'verdict.export': reviewers,
  'access.view': readers,
  'access.print': reviewers,
  'access.reveal': ['ethics'],
  'rule.view': [...readers, 'head', 'security'],
  'import.view': [...reviewers, 'it', 'operator'],
  'import.prove': [...reviewers, 'operator'],
  'import.run': ['ethics', 'it', 'operator'],
  'import.local': ['operator'],
  'run.view': [...reviewers, 'it', 'operator'],
  'run.start': ['ethics', 'it', 'operator'],
  'ledger.view': [...readers, 'security', 'it', 'head', 'operator'],
  'ledger.open': readers,
  /** where records, tables and files do not say what was sealed and signed; who takes note of it answers for it */
  'ledger.findings': ['ethics', 'auditor', 'security', 'head'],
  'ledger.note': ['ethics', 'security', 'head'],
  'ledger.sweep': ['ethics', 'security', 'head', 'it', 'operator'],
  /** two of them: that a log goes on although a witness shows what it does not continue */
  'ledger.settle': ['ethics', 'security', 'head'],
  'erasure.view': [...reviewers, 'archivist', 'head'],
  'erasure.ask': ['archivist', 'ethics'],
  'erasure.approve': ['head', 'ethics'],
  'hold.manage': ['ethics'],
  'gate.catalogue': officials,
  /** asking; whether it is shown the policies decide, for each question */
  'gate.look': ['officer', 'supervisor'],
  'gate.approve': ['supervisor', 'head'],
  'gate.reviews': ['officer', 'supervisor', 'ethics', 'head'],
  'gate.judge': ['supervisor', 'ethics', 'head'],
  'gate.check': ['it', 'security', 'operator'],
  /** another system asks about its own users (AuthZEN); it sees nothing else of this program */
  'point.ask': ['system'],
  'point.report': ['ethics', 'auditor', 'security', 'it', 'operator'],
  'system.view': ['it', 'security', 'auditor', 'operator'],
  'system.manage': ['it', 'operator'],
  'gate.trace': ['ethics'],
  'canary.manage': ['ethics', 'head'],
  /** posts, units, deputies; keys of what somebody handles only for those who may see cases */
  'people.view': [...reviewers, 'head', 'security', 'it', 'operator'],
  'people.manage': ['it'],
  'people.local': ['operator'],
  /** SCIM: a directory registered for it, for its own agency */
  'people.provision': ['provisioner'],
  'account.add': ['operator'],
  'account.end': ['it', 'security', 'operator'],
  'account.review': ['ethics', 'auditor', 'security'],
  /** what takes two persons; who proposes never decides, whatever his role */
  'change.view': ['it', 'security', 'ethics', 'auditor', 'head'],
  'change.propose': ['it', 'security', 'ethics', 'head'],
  'change.decide': ['security', 'ethics', 'head'],
  /** what is shown once, to the one of the two it is for */
  'change.fetch': ['it', 'security', 'ethics', 'head', 'operator'],
  'demo.remove': ['ethics', 'it'],
} as const satisfies Record<string, readonly Actor[]>

export type Action = keyof typeof PERMISSIONS

// Coming, going, one's own account, and where things stand: what somebody needs who has to find out what is wrong. None of
// them shows a case or a citizen.
const OPEN_WHILE_REFUSED: ReadonlySet<Action | 'public'> = new Set([
  'public',
  'session.finish',
  'session.own',
  'today.view',
  'ledger.view',
  'ledger.open',
  'ledger.findings',
  'ledger.note',
  'ledger.sweep',
  'ledger.settle',
  'import.view',
  'run.view',
  'erasure.view',
  'change.view',
  'system.view',
  'gate.check',
  'account.review',
])

/** Whether it is still done while the ledger takes no events. Everything else, and whatever is added later, waits. */
export const isOpenWhileRefused = (action: Action | 'public'): boolean => OPEN_WHILE_REFUSED.has(action)

/** Whether this actor may do this action. */
export function may(actor: Actor, action: Action): boolean {
  return (PERMISSIONS[action] as readonly Actor[]).includes(actor)
}

/** All actions open to an actor: what the web page shows him. */
export function actionsOf(actor: Actor): readonly Action[] {
  return (Object.keys(PERMISSIONS) as Action[]).filter((action) => may(actor, action))
}
