import { expect, test } from 'vitest'
import { isOfRow } from './row-proof-file.ts'
import { hashLeaf } from './tlog/hash.ts'

const salt = Buffer.alloc(16, 7)
const proofOf = (row: string) =>
  ({ importId: 'i', line: 2, index: 0, rowsInTree: 1, salt, leafHash: hashLeaf(salt, Buffer.from(row)) }) as never

test.each([
  ['its line', 'ZZ-10,A12,查詢', 'ZZ-10,A12,查詢'],
  ['a quoted line of its cells', '2\u001fZZ-10\u001f他說「好」,"真的"\u001f查詢', '"ZZ-10","他說「好」,""真的""",查詢'],
  ['a line break within a cell', '2\u001fA\u001f一\u001e二', '"A"\t"一\n二"'],
  ['cells of a workbook, between tabs', '2\u001fA\u001f\u001fB', 'A\t\tB'],
])('a row is the one that was proved, given as %s', (_what, hashed, given) => {
  expect(isOfRow(proofOf(hashed), Buffer.from(given))).toBe(true)
  expect(isOfRow(proofOf(hashed), Buffer.from(`x${given}`))).toBe(false)
  expect(isOfRow(proofOf(hashed), Buffer.from(`${given},`))).toBe(false)
})
