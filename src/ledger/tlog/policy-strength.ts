import type { Policy } from './policy.ts'

const MAX_DEPTH = 100

/**
 * Whether two histories could each be confirmed without one witness signing both: the policy lets itself be met by two sets
 * of witnesses that have nobody in common, as any rule of k out of n does with k ≤ n/2. A witness cut off from the others,
 * honest as it is, then helps to show one half of the world another log. Exact where each witness and group stands in one
 * group; where one stands in several, a policy may be called weak that is not.
 */
export function allowsSplitView({ quorum, groups }: Policy): boolean {
  if (quorum === 'none') return true
  // In how many of two disjoint sets a name can be met: a witness in one of them, a group of k when its members fill k places twice.
  const timesMet = (name: string, depth: number): number => {
    const group = groups.get(name)
    if (!group || depth > MAX_DEPTH) return 1
    const places = group.members.map((member) => timesMet(member, depth + 1))
    const sum = places.reduce((total, each) => total + each, 0)
    return sum >= 2 * group.threshold ? 2 : 1
  }
  return timesMet(quorum, 0) === 2
}
