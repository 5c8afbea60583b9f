import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { previewFile } from './preview.ts'

let folder: string
let serial = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-preview-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function look(content: string | Uint8Array, { fileName = 'log.csv', target = 'access', declared = {} } = {}) {
  const filePath = join(folder, `f${serial++}`)
  await writeFile(filePath, content)
  return previewFile({ filePath, fileName, target, agency: 'police', declared })
}
async function seen(content: string | Uint8Array, options = {}) {
  const preview = await look(content, options)
  if (!preview.ok) throw new Error(preview.error.message)
  return preview.value
}

describe('a preview shows no citizen', () => {
  const HEADER = '紀錄編號,查詢時間,員工編號,身分證字號,姓名,電話,戶籍地址,事由,案號,作業,備考,護照'
  const rows = [
    [
      'LOG-20261105-01',
      '115/11/05 08:30',
      '0412',
      'A123456789',
      '王小明',
      '0912345678',
      '桃園市龜山區文化一路259巷3弄12號',
      '查王小明車籍',
      '115偵字第423號',
      '查詢',
      '李大同',
      '312345678',
    ],
    [
      'LOG-20261105-02',
      '115/11/05 08:31',
      '0412',
      'AC01234567',
      '林淑芬',
      '02-2345-6789',
      '新北市板橋區縣民大道二段7號',
      '林女來電',
      '115偵423',
      '查詢',
      '',
      'M12345678',
    ],
    [
      'LOG-20261105-03',
      '115/11/05 08:32',
      '0413',
      'A800000014',
      '歐陽娜娜',
      '(02)23456789',
      '花蓮縣秀林鄉1鄰2號',
      '業務需要 A123456789',
      '',
      '列印',
      'a@b.tw',
      '312345679',
    ],
    [
      'LOG-20261105-04',
      '115/11/05 08:33',
      '0413',
      '22099131',
      'John Smith',
      '0912-345-678',
      '台北市中正區重慶南路1段122號',
      '電話 0912345678',
      '115-偵-1',
      '查詢',
      '',
      '312345680',
    ],
  ]
  const content = `${HEADER}\n${rows.map((row) => row.join(',')).join('\n')}\n`

  test('by a name that repeats under the heading of a kind or a place, while kinds and places are shown', async () => {
    const names = ['王小明', '林 淑芬', '歐陽娜娜', '陳雨']
    for (const heading of ['作業', '查詢方式', '終端機', 'action']) {
      const lines = ['查詢', '列印', '查詢', '列印', ...names.flatMap((name) => [name, name, name])]
      const text = `編號,時間,員編,${heading}\n${lines.map((word, i) => `Q${i},115/11/05 08:30,0412,${word}`).join('\n')}\n`
      const preview = await seen(text)
      const shown = JSON.stringify([preview.rows, preview.columns])
      for (const name of names) expect(shown, heading).not.toContain(name)
    }
    const kinds = ['查詢', '列印', '查詢', '列印'].map((word, i) => `Q${i},115/11/05 08:30,0412,${word}`)
    expect(JSON.stringify((await seen(`編號,時間,員編,作業\n${kinds.join('\n')}\n`)).rows)).toContain('列印')
  })

  test('by name, number, telephone, address or what was typed, wherever a file puts them', async () => {
    const preview = await seen(content)
    const text = JSON.stringify([preview.rows, preview.columns])
    for (const row of rows) for (const i of [3, 4, 5, 6, 7, 8, 10, 11]) if (row[i]) expect(text).not.toContain(row[i])
    for (const hidden of ['王小明', '123456789', '912345678', '345-6789', '文化', '李大同', 'Smith', '12345678', '偵'])
      expect(text).not.toContain(hidden)
    expect(preview.rows[0]?.slice(3, 5)).toEqual(['Ａ９９９９９９９９９', '○○○'])
  })

  test('but times, staff numbers, record numbers and kinds, by which a mapping is judged', async () => {
    const preview = await seen(content)
    expect(preview.rows[0]?.filter((_, i) => [0, 1, 2, 9].includes(i))).toEqual([
      'LOG-20261105-01',
      '115/11/05 08:30',
      '0412',
      '查詢',
    ])
    expect(preview.columns.map(({ form }) => form).slice(0, 5)).toEqual([
      '代號',
      '日期（民國）',
      '短數字',
      '識別碼',
      '文字',
    ])
    expect(preview.columns[2]?.examples).toEqual(['0412', '0413'])
    expect(preview.targetColumns.find(({ name }) => name === 'subject')?.reading).toContain('化為代碼')
  })

  test('also in columns that nothing is made of, in JSON, and where the first row is no header', async () => {
    const json = rows
      .map((row) => JSON.stringify({ who: row[4], id: row[3], t: '2026-11-05T08:30:00+08:00' }))
      .join('\n')
    const shown = await seen(json, { fileName: 'x.jsonl' })
    expect(JSON.stringify(shown)).not.toMatch(/王小明|A123456789/)
    expect(shown.rows[0]?.[2]).toBe('2026-11-05T08:30:00+08:00')
    const bare = await seen(rows.map((row) => row.join(',')).join('\n'))
    expect(bare.header.slice(0, 3)).toEqual(['#1', '#2', '#3'])
    expect(JSON.stringify(bare)).not.toMatch(/王小明|A123456789|文化/)
    expect(bare.warnings[0]).toContain('看似資料而非標題')
  })

  test('and cuts long cells', async () => {
    const preview = await seen(`查詢時間,作業\n2026-11-05,${'查'.repeat(100_000)}\n`)
    expect(preview.rows[0]?.[1]?.length).toBeLessThanOrEqual(201)
  })
})

describe('a hostile file is refused with words, at once', () => {
  test.each([
    ['200,000 columns', `${'c,'.repeat(200_000)}c\n${'1,'.repeat(200_000)}1\n`, 'x.csv', '上限為 256 欄'],
    ['the same with tabs, gzipped', gzipSync(`${'c\t'.repeat(200_000)}c\n`), 'x.tsv.gz', '上限為 256 欄'],
    [
      '257 members of an object',
      JSON.stringify(Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`k${i}`, 1]))),
      'x.jsonl',
      '上限為 256 個',
    ],
    ['arrays 500,000 deep', `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}\n`, 'x.jsonl', '32 層'],
    ['objects 400,000 deep and not closed', `${'{"a":'.repeat(200_000)}\n`, 'x.jsonl', '32 層'],
    ['no object at all', '[1,2]\n"x"\n7\n', 'x.jsonl', 'JSON 物件'],
    ['a header of two million signs', `${'長'.repeat(2_000_000)}\n`, 'x.csv', '超過一百萬字'],
    ['nothing but line ends', '\n'.repeat(100_000), 'x.csv', '沒有內容'],
  ])('%s', async (_name, content, fileName, words) => {
    const preview = await look(content, { fileName })
    expect(preview.ok ? 'read' : preview.error.message).toContain(words)
  })

  test('members named as parts of every object are members like others', async () => {
    const preview = await seen(
      '{"__proto__":"x","constructor":{"a":1},"toString":"y","time":"2026-11-05"}\n{"a":1}\n',
      { fileName: 'x.jsonl' },
    )
    expect(preview.header).toEqual(['__proto__', 'constructor', 'toString', 'time', 'a'])
    expect(preview.rows[1]).toEqual(['', '', '', '', '1'])
    expect(await seen('__proto__,constructor,time\nx,y,2026-11-05\n')).toMatchObject({
      header: ['__proto__', 'constructor', 'time'],
    })
  })
})

describe('what is suggested', () => {
  const withNumbers = (name: string, numbers: readonly (string | number)[]) =>
    `${name},查詢時間,員工編號\n${numbers.map((each) => `${each},2026-11-05 08:30,0412`).join('\n')}\n`

  test('a row’s place in a report is no record number, whatever it is called', async () => {
    for (const name of ['序號', '流水號', '紀錄編號', 'id'])
      for (const numbers of [
        [1, 2, 3],
        [21, 22, 23],
        ['001', '002'],
        [7, 7, 8],
      ])
        expect((await seen(withNumbers(name, numbers))).suggestion?.columns).not.toHaveProperty('source_id')
  })

  test('a number that a system counts on, or that holds a date or a name, is', async () => {
    for (const numbers of [
      [482_913, 482_914],
      ['1151105000001', '1151105000002'],
      ['LOG-1', 'LOG-2'],
    ])
      expect((await seen(withNumbers('紀錄編號', numbers))).suggestion?.columns).toMatchObject({
        source_id: { from: '紀錄編號' },
      })
  })

  test('columns of one name go by their place', async () => {
    const preview = await seen('查詢時間,備註,備註,員工編號,\n2026-11-05,a,b,0412,\n')
    expect(preview.header).toEqual(['查詢時間', '#2', '#3', '員工編號', '#5'])
    expect(preview.warnings.join()).toContain('同名')
  })

  test('a header and nothing below it still shows its columns', async () => {
    expect(await seen('查詢時間,員工編號\n')).toMatchObject({ header: ['查詢時間', '員工編號'], rows: [] })
  })
})

test('a title above the header is named, and with the rows above said the columns are there and in the mapping', async () => {
  const text = '查詢紀錄明細表\n查詢時間,員工編號,身分證字號\n1141103 0830,A01,A123456789\n'
  expect((await seen(text)).warnings.join()).toContain('標題列之前的列數')
  const said = await seen(text, { declared: { skipRows: 1, encoding: 'utf-8' } })
  expect(said.header).toEqual(['查詢時間', '員工編號', '身分證字號'])
  expect(said.warnings).toEqual([])
  expect(said.suggestion).toMatchObject({ skipRows: 1, encoding: 'utf-8', columns: { officer: { from: '員工編號' } } })
})
