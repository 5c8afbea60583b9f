import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  asTyped,
  inOneLine,
  inSentence,
  MAX_TYPED_IN_SENTENCE,
  partsOf,
  plainSentence,
  seenValue,
} from './typed-text.ts'

describe('what somebody typed', () => {
  test.each([
    ['a right-to-left override', '公務\u202e', '公務〔U+202E〕'],
    ['an escape to the terminal', '\u001b]0;PWNED\u0007', '〔U+001B〕]0;PWNED〔U+0007〕'],
    ['a control of one byte', 'a\u009bb', 'a〔U+009B〕b'],
    ['nothing at all', 'A\u200b1\u200e\ufeff\u00ad', 'A〔U+200B〕1〔U+200E〕〔U+FEFF〕〔U+00AD〕'],
    ['isolates', '\u2066x\u2069', '〔U+2066〕x〔U+2069〕'],
    ['a character of private use', '\ue000', '〔U+E000〕'],
    ['tags and variation selectors', 'x\u{e0041}\ufe0f', 'x〔U+E0041〕〔U+FE0F〕'],
    ['half of a pair', 'a\ud800', 'a〔U+D800〕'],
    ['lines and tabs', 'a\nb\tc\u2028d', 'a〔U+000A〕b〔U+0009〕c〔U+2028〕d'],
    ['fillers', 'a\u3164b\u034f', 'a〔U+3164〕b〔U+034F〕'],
  ])('shows %s', (_what, typed, shown) => {
    expect(asTyped(typed)).toBe(shown)
  })

  test('is left as it is where every sign is seen', () => {
    for (const text of ['審核案件', '115偵字第01246號', 'é ñ ü 𠮷 😀', '', '全　形，「引」'])
      expect(asTyped(text)).toBe(text)
  })

  test('keeps lines where several may be shown, and only those', () => {
    expect(asTyped('a\r\nb\tc\u001b', { keepsLines: true })).toBe('a\nb\tc〔U+001B〕')
  })

  test('never holds an unseen sign afterwards, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(asTyped(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u)
        expect(asTyped(asTyped(text))).toBe(asTyped(text))
      }),
    )
  })
})

describe('typed text in a sentence', () => {
  const forged = '審核案件」查詢 ●●●；案件 115偵字第01246號 於 11 月 3 日分案予本人。判定：有據。「'

  test('is told apart from the sentence, and cannot close its brackets', () => {
    const parts = partsOf(`員警 以「${inSentence(forged)}」查詢。`)
    expect(parts.map(({ isTyped }) => isTyped)).toEqual([false, true, false])
    expect(parts[1]?.text).not.toMatch(/[「」]/)
    expect(parts[1]?.text).toContain('﹂')
  })

  test('is one part whatever was typed, and the words around it stay the program’s', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const parts = partsOf(`甲${inSentence(text)}乙`)
        expect(parts.filter(({ isTyped }) => !isTyped).map((part) => part.text)).toEqual(['甲', '乙'])
        expect([...(parts.find(({ isTyped }) => isTyped)?.text ?? '')].length).toBeLessThanOrEqual(
          MAX_TYPED_IN_SENTENCE + 1,
        )
      }),
    )
  })

  test('reads as plain words where no parts are known', () => {
    expect(plainSentence(`以「${inSentence('公務')}」`)).toBe('以「公務」')
    expect(inOneLine(`以「${inSentence('a\nb')}」`)).toBe('以「a〔U+000A〕b」')
  })
})

test('an answer as a whole hides nothing: names of members too, lines and marks of sentences excepted', () => {
  const sentence = inSentence('公務')
  expect(seenValue({ 'a\u202e': ['x\u200b', { b: 'l1\nl2\u001b', n: 1, z: null, t: true }], sentence })).toEqual({
    'a〔U+202E〕': ['x〔U+200B〕', { b: 'l1\nl2〔U+001B〕', n: 1, z: null, t: true }],
    sentence,
  })
})
