import { expect, test } from 'vitest'
import type { LedgerStatus } from '../../ledger/port.ts'
import { ledgerWords, outsideWarnings } from './ledger-words.ts'

const SINCE = new Date('2026-11-28T01:00:00Z')
const at = (minutes: number) => new Date(SINCE.getTime() + minutes * 60_000)
const outside = (of: Partial<LedgerStatus['outside']>): LedgerStatus['outside'] => ({
  ...{ isWitnessed: true, seenBy: [], witnesses: [], isSplitViewPossible: false },
  ...{ unwitnessedSince: undefined, unwitnessedUntil: undefined, unstampedUntil: undefined },
  ...{ lastStampAt: undefined, stampState: 'fine', stampFailure: undefined },
  ...of,
})
const standing = (name: string, state: 'fine' | 'silent' | 'wrong' | 'refuses') => ({
  name,
  state,
  why: '',
  since: SINCE,
})

test('tells nothing while everybody outside does his part', () => {
  expect(outsideWarnings(outside({ witnesses: [standing('audit', 'fine')] }), at(9))).toEqual([])
})

test('too few witnesses are told after a minute, with who fails, since when, until when and what to do', () => {
  const witnesses = [standing('audit', 'silent'), standing('control', 'refuses'), standing('third', 'fine')]
  const missing = outside({ witnesses, unwitnessedSince: SINCE, unwitnessedUntil: at(72 * 60) })
  expect(outsideWarnings(missing, at(0.99))).toEqual([])
  const [warning, ...more] = outsideWarnings(missing, at(1))
  expect(more).toEqual([])
  expect(warning?.code).toBe('witnesses')
  // Taipei's time.
  for (const part of ['2026-11-28 09:00', '2026-12-01 09:00', 'audit 沒有回應', 'control 拒絕簽署', '資訊單位'])
    expect(warning?.words).toContain(part)
  expect(warning?.words).not.toContain('third')
  expect(warning?.wordsEn).toContain('audit does not answer')
})

test('a witness that lies is named although enough others have signed', () => {
  const [warning] = outsideWarnings(
    outside({ witnesses: [standing('audit', 'wrong'), standing('third', 'fine')] }),
    at(0),
  )
  expect(warning?.words).toContain('回覆不實：audit')
})

test('each fault of the time authority is told with until when it goes on', () => {
  for (const stampFailure of ['unreachable', 'refused', 'wrong', 'wrong-time'] as const) {
    const [warning] = outsideWarnings(outside({ stampFailure, unstampedUntil: at(60) }), at(0))
    expect(warning?.code).toBe('stamp')
    expect(warning?.words).toContain('2026-11-28 10:00')
    expect(warning?.words).not.toContain('undefined')
  }
  expect(outsideWarnings(outside({ stampState: 'degraded', unstampedUntil: at(60) }), at(0))).toHaveLength(1)
})

test('each cause of a refusal says what to do, and a restart is asked for only where one helps', () => {
  const helped = ['contradicted', 'other-name', 'other-key', 'fork', 'restored-backup', 'entries-differ']
  for (const cause of helped) {
    const { words } = ledgerWords(`${cause}: why`)
    expect(words).toContain(`（${cause}）`)
    expect(words).toContain('重新啟動')
  }
  for (const cause of ['stamp-overdue', 'witnesses-overdue'])
    expect(ledgerWords(`${cause}: why`).words).toContain('不必重新啟動')
})
