import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shortenText, textWidth, wrapBalanced, wrapText } from './text-width.ts'

const words = fc
  .array(fc.constantFrom('查', '詢', '，', '「', '」', '（', '）', 'A', 'mpolice', ' ', '115', '-', '民國', '…'), {
    maxLength: 40,
  })
  .map((all) => all.join(''))

describe('wrapText', () => {
  test('keeps every line within the width, and loses no character when lines are free', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 30, max: 300 }), (text, widthPx) => {
        const lines = wrapText(text, { widthPx, fontPx: 13, maxLines: 100 })
        for (const line of lines) expect(textWidth(line, 13)).toBeLessThanOrEqual(widthPx)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  test('never gives more lines than asked, and says with an ellipsis that it cut', () => {
    const lines = wrapText('所稱攔查時段本人終端機在派出所內', {
      widthPx: 80,
      fontPx: 13,
      maxLines: 2,
    })
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/…$/)
  })

  test('leaves no closing punctuation alone at the start of a line', () => {
    const lines = wrapText('一二三四，五六七八', { widthPx: 53, fontPx: 13, maxLines: 9 })
    expect(lines).toEqual(['一二三', '四，五六', '七八'])
  })
})

test('wrapBalanced needs no more lines than wrapText and leaves no orphan', () => {
  const room = { widthPx: 120, fontPx: 13, maxLines: 4 }
  expect(wrapText('當時在派出所終端機器', room)).toEqual(['當時在派出所終端機', '器'])
  expect(wrapBalanced('當時在派出所終端機器', room)).toEqual(['當時在派出', '所終端機器'])
  fc.assert(
    fc.property(words, (text) => {
      const lines = wrapBalanced(text, room)
      expect(lines.length).toBeLessThanOrEqual(wrapText(text, room).length)
      for (const line of lines) expect(textWidth(line, 13)).toBeLessThanOrEqual(room.widthPx)
    }),
  )
})

test('wrapBalanced keeps a date whole that fits on a line', () => {
  const lines = wrapBalanced('曾受派 6/12–8/1', { widthPx: 90, fontPx: 13, maxLines: 4 })
  expect(lines).toEqual(['曾受派', '6/12–8/1'])
})

test('shortenText gives nothing rather than a lone ellipsis', () => {
  expect(shortenText('查詢', 14, 13)).toBe('')
  expect(shortenText('查詢', 26, 13)).toBe('查詢')
  expect(shortenText('查詢系統', 40, 13)).toBe('查詢…')
})
