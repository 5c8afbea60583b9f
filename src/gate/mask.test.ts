import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { subjectValue } from '../base/subject-value.ts'
import { completeNationalId } from '../base/taiwan-id.ts'
import { type IdentifierKind, identifierKinds } from '../registry/port.ts'
import type { MaskLevel } from './decision.ts'
import { newDisclosureCode, readDisclosureCode } from './disclosure-code.ts'
import { candidateFloor, candidates, maskValue, type Shape } from './mask.ts'
import { seenPart, uniteSeen } from './mask-union.ts'
import { subjectTokens } from './subject-token.ts'

const nationalId = fc
  .tuple(fc.constantFrom(...'ABCDEFGHJ'), fc.constantFrom('1', '2'), fc.integer({ min: 0, max: 9_999_999 }))
  .map(([letter, sex, number]) => completeNationalId(`${letter}${sex}${String(number).padStart(7, '0')}`))
const level = fc.constantFrom<MaskLevel>('full', 'standard', 'strong')
const kind = fc.constantFrom(...identifierKinds)
const value = fc.oneof(
  nationalId,
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('王大明', '李明', '雲山縣雲山市中山路1號'),
)

const placesOf = ({ length, head, tail }: Shape): number[] =>
  Array.from({ length }, (_, i) => i).filter((i) => i < head || i >= length - tail)

describe('masks', () => {
  test.each([
    ['national-id', 'standard', 'A123456789', 'A12345****'],
    ['national-id', 'strong', 'A123456789', '**********'],
    ['national-id', 'full', 'A123456789', 'A123456789'],
    ['person-name', 'standard', '王大明', '王○明'],
    ['person-name', 'standard', '歐陽大明', '歐○○明'],
    ['person-name', 'standard', '李明', '李○'],
    ['person-name', 'standard', 'Smith', 'S○○○○'],
    ['person-name', 'strong', '王大明', '王○○'],
    ['birth-date', 'standard', '1980-05-06', '1980******'],
    ['phone', 'standard', '0912345678', '0912******'],
    ['address', 'standard', '雲山縣雲山市中山路1號', '雲山縣雲山市○○○○○'],
    ['address', 'standard', '某處', '○○'],
    ['plate', 'standard', 'ABC-1234', 'ABC-1***'],
    ['company-number', 'standard', '04595257', '04595257'],
    ['amount', 'strong', '45800', '*****'],
    ['unknown', 'full', 'anything at all', '█████'],
  ] as const)('cover a %s at level %s: %s becomes %s', (identifier, at, before, after) => {
    expect(maskValue(before, identifier, at).text).toBe(after)
  })

  test('show nothing but what they say they show', () => {
    fc.assert(
      fc.property(value, kind, level, (text, identifier, at) => {
        const { text: masked, shape } = maskValue(text, identifier, at)
        const shown = placesOf(shape)
        if (shown.length === 0) return
        const [before, after] = [[...text], [...masked]]
        expect(after).toHaveLength(before.length)
        after.forEach((each, i) => {
          if (!shown.includes(i)) expect('*○█').toContain(each)
          else expect(each).toBe(before[i])
        })
      }),
    )
  })

  test('show less at a stricter level, never more', () => {
    fc.assert(
      fc.property(value, kind, (text, identifier) => {
        const shownAt = (at: MaskLevel) => new Set(placesOf(maskValue(text, identifier, at).shape))
        expect([...shownAt('strong')].every((i) => shownAt('standard').has(i))).toBe(true)
        if (identifier !== 'unknown') expect([...shownAt('standard')].every((i) => shownAt('full').has(i))).toBe(true)
      }),
    )
  })

  test('cover an ID number so that a thousand people remain possible, not ten thousand', () => {
    // A brute count: every number with these six signs and a check digit that holds.
    const prefix = 'A12345'
    let count = 0
    for (let i = 0; i < 1000; i++) if (completeNationalId(`${prefix}${String(i).padStart(3, '0')}`)) count += 1
    expect(count).toBe(1000)
    expect(candidates('national-id', 10, 6)).toBe(1000)
    expect(candidates('national-id', 10, 10)).toBe(1)
  })
})

describe('the union of what one viewer saw of one subject', () => {
  const showing = (shown: readonly number[]) =>
    `national-id=10:${shown.reduce((bits, place) => bits | (1 << place), 0).toString(16)}`
  const LAST_FOUR = [0, 1, 2, 3, 4, 5]
  const MIDDLE = [0, 1, 2, 7, 8, 9]

  test('refuses a second mask of an ID number that uncovers what the first covered', () => {
    const first = uniteSeen('', showing(LAST_FOUR))
    expect(first.ok).toBe(true)
    expect(uniteSeen(first.ok ? first.value : '', showing(MIDDLE))).toEqual({ ok: false, error: 'mask-union' })
  })

  test('lets the same mask be seen again and again', () => {
    const first = uniteSeen('', showing(LAST_FOUR))
    const again = uniteSeen(first.ok ? first.value : '', showing(LAST_FOUR))
    expect(again).toEqual(first)
  })

  test('does not stand against a decision to show all', () => {
    const first = uniteSeen('', showing(LAST_FOUR))
    const all = uniteSeen(first.ok ? first.value : '', showing([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    expect(all.ok).toBe(true)
    expect(uniteSeen(all.ok ? all.value : '', showing(MIDDLE)).ok).toBe(true)
  })

  test('never lets partial views leave fewer than the floor, in any order', () => {
    const partial = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 6 })
    fc.assert(
      fc.property(fc.array(partial, { maxLength: 8 }), (views) => {
        let seen = ''
        const uncovered = new Set<number>()
        for (const view of views) {
          const union = uniteSeen(seen, showing(view))
          if (!union.ok) continue
          seen = union.value
          for (const place of view) uncovered.add(place)
        }
        expect(candidates('national-id', 10, uncovered.size)).toBeGreaterThanOrEqual(candidateFloor('national-id'))
      }),
    )
  })

  test('is never crossed by the canonical masks alone, whatever levels a viewer saw before', () => {
    const identifiers = fc.constantFrom<IdentifierKind>(
      'national-id',
      'person-name',
      'phone',
      'birth-date',
      'address',
      'plate',
    )
    fc.assert(
      fc.property(value, identifiers, fc.array(level, { maxLength: 6 }), (text, identifier, levels) => {
        let seen = ''
        for (const at of levels) {
          const union = uniteSeen(seen, seenPart(identifier, maskValue(text, identifier, at).shape))
          expect(union.ok).toBe(true)
          if (union.ok) seen = union.value
        }
      }),
    )
  })
})

describe('disclosure codes', () => {
  test('are read back in every way of writing them', () => {
    for (let i = 0; i < 200; i++) {
      const code = newDisclosureCode()
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{3}(-[0-9A-HJKMNP-TV-Z]{3}){2}$/)
      expect(readDisclosureCode(code)).toBe(code)
      expect(readDisclosureCode(` ${code.toLowerCase().replaceAll('-', '')} `)).toBe(code)
      expect(readDisclosureCode(code.replaceAll('0', 'O').replaceAll('1', 'l'))).toBe(code)
    }
  })

  test('show every single wrong sign and every swap of two different signs', () => {
    const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    const place = fc.integer({ min: 0, max: 8 })
    fc.assert(
      fc.property(place, place, fc.integer({ min: 1, max: 31 }), (at, other, shift) => {
        const plain = [...newDisclosureCode().replaceAll('-', '')]
        const wrong = [...plain]
        wrong[at] = signs[(signs.indexOf(plain[at] ?? '') + shift) % 32] ?? ''
        expect(readDisclosureCode(wrong.join(''))).toBeUndefined()
        const swapped = [...plain]
        ;[swapped[at], swapped[other]] = [plain[other] ?? '', plain[at] ?? '']
        if (swapped.join('') !== plain.join('')) expect(readDisclosureCode(swapped.join(''))).toBeUndefined()
      }),
    )
  })

  test('of another length or with other signs are none', () => {
    for (const typed of ['', 'ABC', 'ABC-DEF-GHJK', 'UUU-UUU-UUU', '王大明', "' OR 1=1"]) {
      expect(readDisclosureCode(typed)).toBeUndefined()
    }
  })
})

test('pseudonyms are the HMAC that imports compute, for values of any length and script', () => {
  const key = Buffer.alloc(32, 5)
  const tokens = subjectTokens(key)
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.constantFrom('樂', '\uf95c', 'A123456789', '王小明'),
      ),
      (text) => {
        const expected = createHmac('sha256', key)
          .update(`person:${subjectValue(text)}`)
          .digest()
          .subarray(0, 16)
        expect(tokens.bytesOf('person', text)).toEqual(expected)
        expect(tokens.hexOf('person', text)).toBe(expected.toString('hex'))
      },
    ),
  )
})
