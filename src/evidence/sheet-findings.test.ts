import { expect, test } from 'vitest'
import { sheetFindings, sheetRead, sheetWarnings } from './sheet-findings.ts'

const sheet = { name: '紀錄', isHidden: false }
const notes = { sheet, sheets: [{ name: '參數', isHidden: true }, sheet], filledRows: 5, errorCells: 1 }

test('tells rows filled from merged cells and failed formulas, graver from one row in a hundred on', () => {
  expect(sheetFindings(notes, 200)).toMatchObject([
    { code: 'merged-cells', severity: 'warning', count: 5 },
    { code: 'error-cells', severity: 'note', count: 1 },
  ])
  expect(sheetFindings({ ...notes, filledRows: 0, errorCells: 0 }, 200)).toEqual([])
  expect(sheetFindings(undefined, 200)).toEqual([])
})

test('names the sheet that was read and those there are, and nothing where there is one or none', () => {
  expect(sheetRead(notes).zh).toContain('「紀錄」，檔案裡有：「參數」（隱藏）、「紀錄」')
  expect(sheetWarnings(notes)).toHaveLength(3)
  expect(sheetWarnings({ ...notes, sheets: [sheet], filledRows: 0, errorCells: 0 })).toEqual([])
  expect(sheetRead(undefined)).toEqual({ zh: '', en: '' })
})

test('cuts names of sheets to the length a workbook allows', () => {
  const long = { name: '長'.repeat(500), isHidden: false }
  expect(sheetRead({ ...notes, sheet: long, sheets: [long] }).zh.length).toBeLessThan(150)
})
