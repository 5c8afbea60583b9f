import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from './canonical-json.ts'

test('sorts keys by UTF-16 code units at every depth and leaves arrays in order', () => {
  expect(canonicalJson({ b: [3, 1, { z: 1, a: 2 }], a: null, '€': 1, '\r': 2 })).toBe(
    '{"\\r":2,"a":null,"b":[3,1,{"a":2,"z":1}],"€":1}',
  )
})

test('writes numbers as ECMAScript does and refuses those JSON cannot hold', () => {
  expect(canonicalJson([1e21, 0.000001, -0, 1 / 3])).toBe('[1e+21,0.000001,0,0.3333333333333333]')
  expect(() => canonicalJson(Number.NaN)).toThrow('invariant')
  expect(() => canonicalJson({ a: Number.POSITIVE_INFINITY })).toThrow('invariant')
})

test('the order in which keys were added never shows', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer()), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).reverse())
      expect(canonicalJson(reversed as Json)).toBe(canonicalJson(object as Json))
      expect(JSON.parse(canonicalJson(object as Json))).toEqual(JSON.parse(JSON.stringify(object)))
    }),
  )
})
