import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { en } from './en.ts'
import { accessTextEn } from './en-access.ts'
import { accountTextEn } from './en-account.ts'
import { canariesTextEn } from './en-canaries.ts'
import { changesTextEn } from './en-changes.ts'
import { chartsTextEn } from './en-charts.ts'
import { approvalTextEn, emergencyTextEn, gateTextEn } from './en-gate.ts'
import { importUndoTextEn } from './en-import-undo.ts'
import { ledgerTextEn } from './en-ledger.ts'
import { meTextEn } from './en-me.ts'
import { openingsTextEn } from './en-openings.ts'
import { peopleTextEn } from './en-people.ts'
import { traceTextEn } from './en-trace.ts'
import { walkTextEn } from './en-walk.ts'
import { zhTW } from './zh-TW.ts'
import { accessTextZh } from './zh-TW-access.ts'
import { accountTextZh } from './zh-TW-account.ts'
import { canariesTextZh } from './zh-TW-canaries.ts'
import { changesTextZh } from './zh-TW-changes.ts'
import { chartsTextZh } from './zh-TW-charts.ts'
import { approvalTextZh, emergencyTextZh, gateTextZh } from './zh-TW-gate.ts'
import { importUndoTextZh } from './zh-TW-import-undo.ts'
import { ledgerTextZh } from './zh-TW-ledger.ts'
import { meTextZh } from './zh-TW-me.ts'
import { openingsTextZh } from './zh-TW-openings.ts'
import { peopleTextZh } from './zh-TW-people.ts'
import { traceTextZh } from './zh-TW-trace.ts'
import { walkTextZh } from './zh-TW-walk.ts'

type Texts = { readonly [key: string]: string | Texts }

// Characters that exist only in Simplified writing; the commonest are enough to catch a sentence.
const SIMPLIFIED = new Set(
  '们这个为说时对发见关开门问间网页设备证据实际项单双数组统计续级红绿线编码输转载删选择语简种类号记录务动态执审办联显图标签义权决报众护盘区环节测试导则结处变复虽员贝资费贪购质赖车轨软轻较过还进远连迟适边达运阳阴随险难隐颜顺须预领频题额风飞饭馆马驱骑验鱼鸟鸣麦龙龟',
)

function flat(texts: Texts, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  )
}

const zh = flat({
  ...zhTW,
  access: accessTextZh,
  openings: openingsTextZh,
  charts: chartsTextZh,
  trace: traceTextZh,
  canaries: canariesTextZh,
  changes: changesTextZh,
  importUndo: importUndoTextZh,
  ledger: ledgerTextZh,
  me: meTextZh,
  people: peopleTextZh,
  account: accountTextZh,
  gate: gateTextZh,
  approval: approvalTextZh,
  emergency: emergencyTextZh,
  walk: walkTextZh,
})
const english = flat({
  ...en,
  access: accessTextEn,
  openings: openingsTextEn,
  charts: chartsTextEn,
  trace: traceTextEn,
  canaries: canariesTextEn,
  changes: changesTextEn,
  importUndo: importUndoTextEn,
  ledger: ledgerTextEn,
  me: meTextEn,
  people: peopleTextEn,
  account: accountTextEn,
  gate: gateTextEn,
  approval: approvalTextEn,
  emergency: emergencyTextEn,
  walk: walkTextEn,
})
const variablesOf = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort()

describe('the texts of the page', () => {
  test('have the same keys in both languages', () => {
    expect(zh.map(([key]) => key).sort()).toEqual(english.map(([key]) => key).sort())
    expect(zh.length).toBeGreaterThan(200)
  })

  test('fill in the same variables in both languages', () => {
    const byKey = new Map(english)
    const differing = zh.filter(([key, text]) => variablesOf(text).join() !== variablesOf(byKey.get(key) ?? '').join())
    expect(differing.map(([key]) => key)).toEqual([])
  })

  test('hold no character of Simplified writing in zh-TW', () => {
    const wrong = zh.filter(([, text]) => [...text].some((character) => SIMPLIFIED.has(character)))
    expect(wrong).toEqual([])
  })

  test('use full-width punctuation beside Chinese characters', () => {
    const wrong = zh.filter(([, text]) =>
      /[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?:\s|$)/.test(text),
    )
    expect(wrong).toEqual([])
  })

  test('leave no zh-TW text in English but names of formats', () => {
    const formats = /CSV|TSV|JSON Lines|XLSX|ODS|SHA-256|UTF-8|UTF-16|Big5|PDF/g
    const wrong = zh.filter(([, text]) => /[A-Za-z]{3,}/.test(text.replace(/\{\{\w+\}\}/g, '').replace(formats, '')))
    expect(wrong).toEqual([])
  })

  test('name every kind of event the ledger knows', () => {
    const source = readFileSync(join(import.meta.dirname, '../../../src/ledger/event.ts'), 'utf8')
    const kinds = [...source.matchAll(/^ {2}\| '([a-z-]+)'$/gm)].map((match) => match[1] ?? '')
    expect(kinds.length).toBeGreaterThan(30)
    expect(kinds.filter((kind) => !Object.hasOwn(ledgerTextZh.kinds, kind))).toEqual([])
  })

  test('leave no Chinese in the English texts', () => {
    expect(english.filter(([, text]) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
  })

  test('exist for every key that is named in full in the code', () => {
    const keys = new Set(zh.map(([key]) => key))
    const source = join(import.meta.dirname, '..')
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
    const used = files.flatMap((name) =>
      [...readFileSync(join(source, name), 'utf8').matchAll(/\bt\('([\w.]+)'/g)].map((match) => match[1] ?? ''),
    )
    expect(used.length).toBeGreaterThan(100)
    expect([...new Set(used)].filter((key) => !keys.has(key))).toEqual([])
  })
})
