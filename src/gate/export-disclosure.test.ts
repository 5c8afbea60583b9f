import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { QueryColumn } from './catalogue.ts'
import type { Row } from './connector.ts'
import type { Disclosure } from './disclose.ts'
import { newDisclosureCode } from './disclosure-code.ts'
import { exportDisclosure } from './export-disclosure.ts'
import { markLine } from './watermark.ts'

const AT = new Date('2026-11-23T02:00:00Z')
const code = newDisclosureCode()
const columns: readonly QueryColumn[] = [
  {
    name: 'national_id',
    field: 'gate.member.national_id',
    title: '證號',
    titleEn: 'ID',
    identifier: 'national-id',
    sensitivity: 2,
  },
  {
    name: 'full_name',
    field: 'gate.member.full_name',
    title: '姓名',
    titleEn: 'Name',
    identifier: 'person-name',
    sensitivity: 2,
  },
]
const context = {
  title: '投保單位在保人員',
  organisation: '雲山縣政府',
  caseNumber: '115保字第00012號',
  purposeTitle: '加退保審核',
  origin: 'https://shoumi.example.gov.tw',
}

function disclosed(
  rows: readonly Row[],
  rendering: Disclosure['rendering'] = 'overlay',
  act: Disclosure['act'] = 'export',
): Disclosure {
  async function* flow() {
    yield* rows
  }
  return {
    disclosureCode: code,
    act,
    columns,
    maskLevel: 'standard',
    rowCap: 10,
    rendering,
    watermark: markLine({ name: '李承辦', unit: '承保一科', caseNumber: '115保字第00012號', at: AT, code }),
    at: AT,
    rows: flow(),
    ended: () => ({ state: 'complete', delivered: rows.length }),
  }
}
const ROWS: readonly Row[] = [
  ['A12345****', '王○明'],
  ['B12345****', '=HYPERLINK("x")'],
]

async function textOf(content: AsyncIterable<Uint8Array | string> | Uint8Array): Promise<Buffer> {
  if (content instanceof Uint8Array) return Buffer.from(content)
  const parts: Buffer[] = []
  for await (const part of content) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

test('a CSV carries the code in every row, the mark in the last, and no formula', async () => {
  const file = await exportDisclosure(disclosed(ROWS), 'csv', context)
  if (!file.ok) throw new Error(file.error)
  const lines = (await textOf(file.value.content)).toString().trim().split('\r\n')
  expect(lines).toHaveLength(4)
  expect(lines.slice(1).every((line) => line.endsWith(code))).toBe(true)
  expect(lines[3]).toContain('李承辦　承保一科　115保字第00012號　115/11/23 10:00')
  expect(lines[2]).toContain("'=HYPERLINK")
  expect(file.value.name).toBe(`投保單位在保人員-${code}.csv`)
})

test('an ODS is written too, and what only the server may render leaves as PDF alone', async () => {
  const ods = await exportDisclosure(disclosed(ROWS), 'ods', context)
  expect(ods.ok && (await textOf(ods.value.content)).subarray(0, 2).toString()).toBe('PK')
  for (const format of ['csv', 'ods'] as const) {
    expect(await exportDisclosure(disclosed(ROWS, 'server'), format, context)).toEqual({
      ok: false,
      error: 'format-refused',
    })
  }
})

test('a PDF carries rows, code and the mark on every page', async () => {
  const many = Array.from({ length: 120 }, (_, i): Row => [`A${10000 + i}****`, '王○明'])
  const file = await exportDisclosure(disclosed(many, 'server', 'print'), 'pdf', context)
  if (!file.ok) return expect(file.error).toBe('font-missing')
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-pdf-'))
  await writeFile(join(folder, 'a.pdf'), await textOf(file.value.content))
  const shown = spawnSync('pdftotext', ['-layout', join(folder, 'a.pdf'), '-'])
  await rm(folder, { recursive: true })
  if (shown.error) return
  const pages = shown.stdout
    .toString()
    .split('\f')
    .filter((page) => page.trim() !== '')
  expect(pages.length).toBeGreaterThan(1)
  for (const page of pages) {
    expect(page).toContain(code)
    expect(page).toContain('李承辦')
  }
  expect(shown.stdout.toString()).toContain('A10119****')
})
