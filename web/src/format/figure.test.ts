import { expect, test } from 'vitest'
import { figure, share, shortened } from './figure.ts'

test('a figure has thousands separators and at most two decimals', () => {
  expect([1284306, 98.666, 0, -10].map(figure)).toEqual(['1,284,306', '98.67', '0', '−10'])
})

test('a share never claims all or nothing when a rest remains', () => {
  expect(share(999_999, 1_000_000)).toBe('> 99.99 %')
  expect(share(1, 1_000_000)).toBe('< 0.01 %')
  expect([share(0, 10), share(10, 10), share(0, 0)]).toEqual(['0 %', '100 %', '—'])
})

test('an id is shortened in the middle only when that saves room', () => {
  expect(shortened('0123456789abcdef')).toBe('012345…cdef')
  expect(shortened('01234567890')).toBe('01234567890')
})
