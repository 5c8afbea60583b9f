import { expect, test } from 'vitest'
import { sentenceParts } from './rule-sentence.ts'

test('a sentence is cut at its blanks, and the spaces beside them are dropped', () => {
  expect(sentenceParts('{officer}於 {visit.at|time} 臨櫃')).toEqual([
    { blank: 'officer' },
    { words: '於' },
    { blank: 'time' },
    { words: '臨櫃' },
  ])
})

test('another officer is a colleague, and a blank of no known name is other', () => {
  expect(sentenceParts('{approval.approver|officer}{x.y}')).toEqual([{ blank: 'colleague' }, { blank: 'other' }])
})

test('a sentence without blanks stays whole, an unclosed brace included', () => {
  expect(sentenceParts('查無 {案號')).toEqual([{ words: '查無 {案號' }])
})
