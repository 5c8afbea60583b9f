import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Encoding, encodingOf } from './detect-encoding.ts'
import { SourceFailure } from './failure.ts'
import { openSource } from './read-source.ts'
import { FIELD, textOf } from './staged-chunk.ts'

let folder: string
let serial = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-encoding-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What an encoding is taken for, or the words of the refusal. */
function found(bytes: Uint8Array, declared?: Encoding): string {
  try {
    return encodingOf(bytes, declared)
  } catch (error) {
    if (error instanceof SourceFailure) return error.failure.message
    throw error
  }
}

async function read(bytes: Uint8Array, encoding?: Encoding) {
  const path = join(folder, `f${serial++}.csv`)
  await writeFile(path, bytes)
  const source = await openSource(path, 'f.csv', { encoding })
  const rows: string[] = []
  const rejects: string[] = []
  for await (const chunk of source.chunks) {
    for (const line of textOf(chunk).split('\n').slice(0, -1))
      rows.push(chunk.shape === 'numbered' ? line.split(FIELD).slice(1).join('|') : line.replaceAll(',', '|'))
    rejects.push(...chunk.rejects.map(({ line, reason }) => `${line} ${reason}`))
  }
  return { encoding: source.detected.encoding, rows, rejects }
}

const TAIWAN = [
  '紀錄編號,日期,時間,員工編號,身分證字號,事由,案號',
  '查詢時間,員工,當事人,事由\n2026-11-05 08:30:00,0412,王小明,查詢勞保資料與投保單位\n',
  '發文字號,承辦人,主旨\n府警刑字第1150012345號,陳建宏,有關台端申請調閱監視錄影畫面一案，復請查照。\n',
  '姓名,戶籍地址\n林淑芬,桃園市龜山區文化一路259巷3弄12號5樓\n羅堃喆,新北市板橋區縣民大道二段7號\n',
  '事由\n業務需要\n例行查核\n',
  '地政事務所,登記原因\n中正,買賣\n大安,繼承\n',
]
const CHINA = [
  '查询时间,工号,对象,事由\n2026-11-05 08:30:00,0412,王小明,业务查询\n',
  '姓名,地址\n李大同,北京市朝阳区建国路88号\n',
  '用户名,操作,结果\nadmin,登录系统,成功\n',
  '日志时间,操作员,模块,内容\n2026-01-05,张伟,人事管理,修改员工信息\n',
]
const JAPAN = ['日時,利用者,照会内容\n2026-11-05,田中太郎,住民情報を照会しました\n', '氏名,ﾌﾘｶﾞﾅ\n山田花子,ﾔﾏﾀﾞﾊﾅｺ\n']
const KOREA = ['일시,사용자,사유\n2026-11-05,김철수,업무상 조회하였습니다\n']

describe('telling encodings apart', () => {
  test.each(TAIWAN)('text as Taiwan writes it is read as Big5 and as UTF-8: %j', (text) => {
    expect(found(iconv.encode(text, 'cp950'))).toBe('big5')
    expect(found(Buffer.from(text))).toBe('utf-8')
  })

  test.each(CHINA)('simplified Chinese is refused by its name, and read when named: %j', async (text) => {
    const bytes = iconv.encode(text, 'gb18030')
    expect(found(bytes)).toContain('encoding: gb18030')
    const { rows } = await read(bytes, 'gb18030')
    expect(rows.join('\n')).toBe(text.trimEnd().split('\n').slice(1).join('\n').replaceAll(',', '|'))
  })

  test('Japanese and Korean are refused by their names', () => {
    for (const text of JAPAN) expect(found(iconv.encode(text, 'shift_jis'))).toContain('Shift_JIS')
    for (const text of JAPAN.slice(0, 1)) expect(found(iconv.encode(text, 'euc-jp'))).toContain('EUC-JP')
    for (const text of KOREA) expect(found(iconv.encode(text, 'euc-kr'))).toContain('EUC-KR')
  })

  test('broken characters are measured against those that are not ASCII, however much ASCII there is', () => {
    const log = 'log_time,emp,purpose\n' + '2026-11-05 08:00:00,0412,routine check\n'.repeat(3000)
    const name = Buffer.from('2026-11-05 08:00:00,0412,王小明\n')
    const cut = Buffer.concat([Buffer.from('2026-11-05 08:00:00,0412,查詢投保'), Buffer.from([0xe8, 0xb3, 0x0a])])
    expect(found(Buffer.concat([Buffer.from(log), cut, name]))).toBe('utf-8')
    const noise = Buffer.concat([Buffer.from(log), Buffer.from([0xff, 0x80, 0xc8, 0x30, 0x93, 0xfe, 0x20, 0xa8, 0x0a])])
    expect(found(noise)).toContain('無法辨識')
  })

  test('what cannot be told is refused, and read when the mapping names it', async () => {
    // 職 in Big5, ¾ in UTF-8.
    const bytes = iconv.encode('a,b\n1,職\n', 'cp950')
    expect(found(bytes)).toContain('無法確定')
    expect((await read(bytes, 'big5')).rows).toEqual(['1|職'])
    expect((await read(bytes, 'utf-8')).rows).toEqual(['1|¾'])
    expect(found(Buffer.from('name\nJosé\n'))).toBe('utf-8')
    for (let i = 0; i < 50; i++) expect(found(randomBytes(5000))).toMatch(/無法|看似/)
  })

  test('a mapping that names another encoding than that of the file is refused with words', () => {
    const text = Buffer.from(TAIWAN[1] ?? '')
    for (const declared of ['big5', 'gb18030'] as const) expect(found(text, declared)).toContain('內容是 UTF-8')
  })

  test('a single character of Big5 beside ASCII is read, as is a file of ASCII alone', () => {
    for (const word of ['王', '林', '查詢', '勞保', '李', '住址'])
      expect(found(iconv.encode(`a,b\n1,${word}\n`, 'cp950'))).toBe('big5')
    expect(found(Buffer.from('a,b\n1,2\n'))).toBe('utf-8')
  })

  test('UTF-16 is known by its zeros without a mark, and a byte too many at its end costs what it stands in', async () => {
    const text = '編號,事由\n1,查詢\n2,核對\n'
    for (const order of ['utf-16le', 'utf-16be'] as const) {
      const bytes = iconv.encode(text, order, { addBOM: false })
      expect(await read(bytes)).toMatchObject({ encoding: order, rows: ['1|查詢', '2|核對'], rejects: [] })
      const odd = await read(Buffer.concat([bytes, Buffer.from([0x0a])]), order)
      expect(odd).toEqual({ encoding: order, rows: ['1|查詢', '2|核對'], rejects: ['4 broken-character'] })
    }
  })
})

describe('broken characters', () => {
  test('cost what they stand in, in Big5 and in UTF-8, at the top and beyond the sample', async () => {
    for (const encoding of ['utf-8', 'cp950']) {
      const plain = 'R,查詢投保單位,x\n'
      for (const before of [1, 60_000]) {
        const head = iconv.encode(`編號,事由,案號\n${plain.repeat(before)}`, encoding)
        const cut = Buffer.concat([iconv.encode('S,查詢王', encoding), Buffer.from([0xe7]), Buffer.from(',y\n')])
        const { rows, rejects } = await read(Buffer.concat([head, cut, iconv.encode(plain, encoding)]))
        expect(rejects).toEqual([])
        expect(rows).toHaveLength(before + 2)
        expect(rows.filter((row) => row.includes('\ufffd'))).toEqual(['S|查詢王\ufffd|y'])
        expect(rows.at(-1)).toBe('R|查詢投保單位|x')
      }
    }
  })

  test('a file that goes on in another encoding is refused, not filled with signs of broken ones', async () => {
    const rows = '0,查詢勞保資料與投保單位,x\n'.repeat(20_000)
    for (const [first, second] of [
      ['utf-8', 'cp950'],
      ['cp950', 'utf-8'],
    ] as const) {
      const joined = Buffer.concat([iconv.encode(`a,b,c\n${rows}`, first), iconv.encode(rows, second)])
      await expect(read(joined)).rejects.toThrow('joined from files')
    }
    const late = Buffer.concat([
      Buffer.from(`a,b,c\n${'0,routine check,x\n'.repeat(20_000)}`),
      iconv.encode(rows, 'cp950'),
    ])
    await expect(read(late)).rejects.toThrow('breaks its encoding')
  })

  test('NULs in a field cost that record wherever it stands; a file of them is no text', async () => {
    const head = Buffer.from('time,emp,purpose\n1,0412,ok\n2,0413,bad\0\0\0\n')
    expect(await read(head)).toMatchObject({ rows: ['1|0412|ok'], rejects: ['3 control-character'] })
    const power = Buffer.concat([Buffer.from('a,b\n1,2\n'), Buffer.alloc(4096), Buffer.from('\n3,4\n')])
    expect(await read(power)).toMatchObject({ rows: ['1|2', '3|4'], rejects: ['3 control-character'] })
    for (const bytes of [Buffer.alloc(500), Buffer.from('\x7fELF\x02\x01\x01\0\0\0\n\0\0\n')])
      await expect(read(bytes)).rejects.toThrow('it is not text')
  })
})

test('texts of frequent characters are told by whatever words they are made of', () => {
  const word = (text: string) =>
    fc.array(fc.constantFrom(...text), { minLength: 2, maxLength: 12 }).map((each) => each.join(''))
  const lines = (words: fc.Arbitrary<string>) =>
    fc.array(words, { minLength: 4, maxLength: 30 }).map((each) => `a,b\n${each.join(',0412\n')}`)
  const traditional = TAIWAN.join('').replace(/[ -~\n]/g, '')
  const simplified = CHINA.join('').replace(/[ -~\n]/g, '')
  fc.assert(
    fc.property(lines(word(traditional)), (text) => found(iconv.encode(text, 'cp950')) === 'big5'),
    { numRuns: 300 },
  )
  fc.assert(
    fc.property(lines(word(simplified)), (text) => found(iconv.encode(text, 'gb18030')) !== 'big5'),
    { numRuns: 300 },
  )
})
