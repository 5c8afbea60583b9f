import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { COSIGNER_KEY, drawSeed, formatNoteKey, noteSigner } from './note-key.ts'
import { type Policy, parsePolicy } from './policy.ts'
import { allowsSplitView } from './policy-strength.ts'

const VKEYS = Array.from({ length: 9 }, (_, i) =>
  formatNoteKey(noteSigner(`w${i}.example`, COSIGNER_KEY, drawSeed()).key),
)
const witnessLines = (count: number) => VKEYS.slice(0, count).map((vkey, i) => `witness w${i} ${vkey}`)

function policyOf(lines: readonly string[]): Policy {
  const parsed = parsePolicy(lines.join('\n'))
  if (!parsed.ok) throw new Error(`${parsed.error.line} ${parsed.error.reason}`)
  return parsed.value
}

/** By trying every set of witnesses against everybody else. */
function triedOut(policy: Policy): boolean {
  const names = policy.witnesses.map(({ name }) => name)
  const isMet = (name: string, set: ReadonlySet<string>): boolean => {
    const group = policy.groups.get(name)
    return group ? group.members.filter((each) => isMet(each, set)).length >= group.threshold : set.has(name)
  }
  for (let mask = 0; mask < 2 ** names.length; mask++) {
    const ones = new Set(names.filter((_, i) => mask & (1 << i)))
    const others = new Set(names.filter((name) => !ones.has(name)))
    if (isMet(policy.quorum, ones) && isMet(policy.quorum, others)) return true
  }
  return false
}

test('a rule of k out of n lets nobody show two histories exactly when k is more than half of n', () => {
  for (let n = 1; n <= 9; n++)
    for (let k = 1; k <= n; k++) {
      const members = Array.from({ length: n }, (_, i) => `w${i}`).join(' ')
      const policy = policyOf([...witnessLines(n), `group g ${k} ${members}`, 'quorum g'])
      expect([n, k, allowsSplitView(policy)]).toEqual([n, k, 2 * k <= n])
    }
  expect(allowsSplitView(policyOf(['quorum none']))).toBe(true)
  expect(allowsSplitView(policyOf([...witnessLines(1), 'quorum w0']))).toBe(false)
})

test('groups of groups: what the rule says is what trying out every set of witnesses says', () => {
  // A partition of the witnesses into groups, each with a rule, and one rule over the groups and the rest.
  const shape = fc.record({
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    thresholds: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 5, maxLength: 5 }),
  })
  fc.assert(
    fc.property(shape, ({ sizes, thresholds }) => {
      const total = sizes.reduce((sum, size) => sum + size, 0)
      fc.pre(total <= VKEYS.length)
      let next = 0
      const groups = sizes.map((size, i) => {
        const members = Array.from({ length: size }, () => `w${next++}`)
        return `group g${i} ${Math.min(thresholds[i] ?? 1, size)} ${members.join(' ')}`
      })
      const top = `group top ${Math.min(thresholds[4] ?? 1, sizes.length)} ${sizes.map((_, i) => `g${i}`).join(' ')}`
      const policy = policyOf([...witnessLines(total), ...groups, top, 'quorum top'])
      expect(allowsSplitView(policy)).toBe(triedOut(policy))
    }),
  )
})

test('a witness in several groups never makes a weak policy look strong', () => {
  fc.assert(
    fc.property(
      fc.array(fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (sets, k) => {
        const groups = sets.map(
          (set, i) => `group g${i} ${Math.min(k, set.length)} ${set.map((w) => `w${w}`).join(' ')}`,
        )
        const top = `group top ${Math.min(k, sets.length)} ${sets.map((_, i) => `g${i}`).join(' ')}`
        const policy = policyOf([...witnessLines(5), ...groups, top, 'quorum top'])
        if (triedOut(policy)) expect(allowsSplitView(policy)).toBe(true)
      },
    ),
  )
})
