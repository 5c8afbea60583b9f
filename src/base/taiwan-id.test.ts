import fc from 'fast-check'
import { expect, test } from 'vitest'
import { completeNationalId, completeUnifiedNumber, isNationalId, isUnifiedNumber } from './taiwan-id.ts'

test.each(['A123456789', 'F131104093'])('accepts the national ID %s', (id) => expect(isNationalId(id)).toBe(true))

test.each(['AB12345677', 'FA12345689', 'HD12345678'])('accepts the resident number of the old form %s', (id) =>
  expect(isNationalId(id)).toBe(true),
)

test.each([
  'AB12345678',
  'AE12345677',
  'A123456788',
  'A323456789',
  'a123456789',
  'A12345678',
  'A1234567890',
  '',
  '1123456789',
])('refuses %s as a national ID', (id) => expect(isNationalId(id)).toBe(false))

test.each(['04595257', '22099131', '00501503', '12345675', '12345676', '12345670', '12345671'])(
  'accepts the company number %s',
  (number) => expect(isUnifiedNumber(number)).toBe(true),
)

test.each(['12345672', '04595253', '1234567', '123456789', 'A2345675'])('refuses %s as a company number', (number) =>
  expect(isUnifiedNumber(number)).toBe(false),
)

test('a completed number is always valid, and changing one digit of a national ID breaks it', () => {
  const letters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVXYWZ')
  fc.assert(
    fc.property(
      letters,
      fc.constantFrom('1', '2', '8', '9', 'A', 'B', 'C', 'D'),
      fc.integer({ min: 0, max: 9_999_999 }),
      fc.integer({ min: 2, max: 9 }),
      (letter, sex, serial, place) => {
        const digits = String(serial).padStart(7, '0')
        const id = completeNationalId(letter + sex + digits)
        expect(isNationalId(id)).toBe(true)
        const other = String((Number(id[place]) + 1) % 10)
        // Weights 6, 4 and 2 share a factor with 10, but adding 1 never moves their product by a multiple of 10.
        expect(isNationalId(id.slice(0, place) + other + id.slice(place + 1))).toBe(false)
        expect(isUnifiedNumber(completeUnifiedNumber(digits))).toBe(true)
      },
    ),
  )
})
