import { expect, test } from 'vitest'
import { forTerminal, tableLine, talkForTerminal } from './table-line.ts'

const PWNED = '公務\u001b]0;PWNED\u0007\u001b[1A\u001b[2K\u009b2J\n假的一列\t假的一欄'

test('an official’s words steer no terminal and make no rows or columns', () => {
  const line = tableLine('✕', PWNED, '115偵字第1號')
  expect(line.replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u)
  expect(line.trimEnd().split('\n')).toHaveLength(1)
  expect(line.split('\t')).toHaveLength(3)
})

test('text as a whole keeps its lines, and steers no terminal either', () => {
  expect(forTerminal(`甲\n乙\t${'\u001b'}[2J`)).toBe('甲\n乙\t〔U+001B〕[2J')
})

test('progress may begin its line anew and clear the rest, and nothing more', () => {
  expect(talkForTerminal('\r█░ 12 列\u001b[K')).toBe('\r█░ 12 列\u001b[K')
  expect(talkForTerminal('x\u001b[1A\u001b]0;t\u0007')).toBe('x〔U+001B〕[1A〔U+001B〕]0;t〔U+0007〕')
})
