/** One line of the rail. Without `href` it is not built yet: shown grey, so that nobody takes silence for safety. */
export interface RailEntry {
  readonly text: string
  readonly href?: string
  /** the action of the permission table that opens it; absent: everyone */
  readonly action?: string
}

export interface RailGroup {
  readonly text: string | null
  readonly entries: readonly RailEntry[]
}

/** The rail in the order of the act: before, during, after, and what is learned. */
export const RAIL: readonly RailGroup[] = [
  {
    text: null,
    entries: [
      { text: 'today', href: '/', action: 'today.view' },
      { text: 'guide', href: '/guide', action: 'guide.view' },
    ],
  },
  {
    text: 'before',
    entries: [
      { text: 'queries', href: '/queries', action: 'gate.look' },
      { text: 'approvals', href: '/approvals', action: 'gate.approve' },
      { text: 'emergencies', href: '/emergencies', action: 'gate.reviews' },
      { text: 'policies', href: '/policies', action: 'rule.view' },
      { text: 'mail' },
    ],
  },
  {
    text: 'during',
    entries: [
      { text: 'ledger', href: '/ledger', action: 'ledger.view' },
      { text: 'myActs', href: '/my-acts', action: 'session.own' },
    ],
  },
  {
    text: 'after',
    entries: [
      { text: 'verdicts', href: '/verdicts', action: 'verdict.list' },
      { text: 'rules', href: '/rules', action: 'rule.view' },
      { text: 'trace', href: '/trace', action: 'gate.trace' },
      { text: 'canaries', href: '/canaries', action: 'canary.manage' },
      { text: 'imports', href: '/imports', action: 'import.view' },
    ],
  },
  {
    text: 'improve',
    entries: [
      { text: 'audit' },
      { text: 'response' },
      { text: 'learning' },
      { text: 'people', href: '/people', action: 'people.view' },
      { text: 'changes', href: '/changes', action: 'change.view' },
      { text: 'settings', href: '/settings' },
    ],
  },
]

/** The entry whose page a path belongs to: an access belongs to the verdicts it was opened from. */
export function railHrefOf(path: string): string {
  if (path.startsWith('/accesses/')) return '/verdicts'
  const first = `/${path.split('/')[1] ?? ''}`
  return first
}
