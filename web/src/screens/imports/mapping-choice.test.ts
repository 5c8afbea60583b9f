import { describe, expect, test } from 'vitest'
import type { Mapping } from '../../../../src/wire/import.ts'
import { choiceOf, emptyMapping, missingTitles, withChoice } from './mapping-choice.ts'

const header = ['日期', '時間', '員工編號']
const mapping: Mapping = {
  target: 'access',
  agency: 'land',
  columns: {
    at: { join: ['日期', '時間'] },
    officer: { from: '#3' },
    action: { from: '作業', words: { 檢視: 'view' } },
  },
}

describe('the mapping form', () => {
  test('shows a date and a time as two sources, and a position by the name of its column', () => {
    expect(choiceOf(mapping.columns.at, header)).toEqual({
      kind: 'column',
      first: '日期',
      second: '時間',
    })
    expect(choiceOf(mapping.columns.officer, header)).toEqual({
      kind: 'column',
      first: '員工編號',
      second: '',
    })
    expect(choiceOf(undefined, header)).toEqual({ kind: 'none' })
  })

  test('keeps the translation of words when the source changes', () => {
    const changed = withChoice(mapping, 'action', { kind: 'column', first: '動作', second: '' })
    expect(changed.columns.action).toEqual({ from: '動作', words: { 檢視: 'view' } })
  })

  test('drops the second source when it is taken away, and the column when nothing is left', () => {
    expect(withChoice(mapping, 'at', { kind: 'column', first: '日期', second: '' }).columns.at).toEqual({
      from: '日期',
    })
    expect('at' in withChoice(mapping, 'at', { kind: 'none' }).columns).toBe(false)
  })

  test('names the required columns nothing fills, an empty fixed value among them', () => {
    const targets = [
      { name: 'at', title: '時間', type: 'time', isRequired: true },
      { name: 'officer', title: '查詢人', type: 'officer', isRequired: true },
      { name: 'purpose', title: '事由', type: 'text', isRequired: false },
    ]
    expect(missingTitles(emptyMapping('access', 'land'), targets)).toEqual(['時間', '查詢人'])
    expect(missingTitles(withChoice(mapping, 'officer', { kind: 'value', value: '' }), targets)).toEqual(['查詢人'])
    expect(missingTitles(mapping, targets)).toEqual([])
  })
})
