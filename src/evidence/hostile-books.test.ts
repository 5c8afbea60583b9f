import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { hostileBooks } from '../../test/evidence/hostile.ts'
import { cellsOf, readBook, readFileAs, refusal } from '../../test/evidence/read-book.ts'
import { textRow, xlsx } from '../../test/evidence/workbooks.ts'
import { SourceFailure } from './failure.ts'
import { readInThread, type ThreadLimits } from './read-in-thread.ts'

/** Beyond looking through it once for merged cells, no more than this of a sheet is unpacked before it is refused. */
const MAX_READ_BYTES = 5 * 1024 * 1024
const bookOf = async (kind: string, share: number): Promise<Uint8Array> => {
  const book = await hostileBooks[kind]?.(share)
  if (!book) throw new Error(`no hostile workbook of that kind: ${kind}`)
  return book
}

describe('a workbook made to exhaust its reader', () => {
  test.each(Object.keys(hostileBooks))('is refused in words before much of it is read: %s', async (kind) => {
    const book = await bookOf(kind, 0.1)
    const gauge = { bytes: 0 }
    expect(await readBook(book, { gauge })).toMatchObject({
      failure: { code: expect.stringMatching(/^(?:too-large-inside|damaged)$/) },
    })
    const unpacked = Object.values(unzipSync(book)).reduce((sum, part) => sum + part.length, 0)
    expect(gauge.bytes).toBeLessThan(unpacked + MAX_READ_BYTES)
  })

  test('costs others nothing: they are answered while it is read, and the program stays up', async () => {
    const books = await Promise.all(
      ['twenty million tags, none of them closed', 'one cell of sixty megabytes', 'two million merged ranges'].map(
        (kind) => bookOf(kind, kind.startsWith('two ') ? 0.1 : 1),
      ),
    )
    let isDone = false
    let turns = 0
    const reading = Promise.all(books.map((book) => readFileAs(book, 'log.xlsx'))).finally(() => {
      isDone = true
    })
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve))
      turns++
    }
    expect((await reading).map(refusal)).not.toContain('was read')
    expect(turns).toBeGreaterThan(100)
    expect(cellsOf(await readFileAs(xlsx({ rows: textRow(1, ['甲']) + textRow(2, ['1']) }), 'log.xlsx'))).toEqual([
      ['1'],
    ])
  })
})

describe('the thread that reads a workbook', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, i) => textRow(i + 2, [`${i}`, 'x'])).join('')
  async function readWith(book: Uint8Array, limits: ThreadLimits, takes = Number.POSITIVE_INFINITY): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'shoumi-thread-'))
    try {
      await writeFile(join(folder, 'book'), book)
      const listener = { onHeader: () => undefined, onNotes: () => undefined }
      const chunks = readInThread({ path: join(folder, 'book'), sheet: undefined, skipRows: 0 }, listener, limits)
      let count = 0
      for await (const chunk of chunks) {
        count += chunk.rows
        if (--takes === 0) break
      }
      return `${count} rows`
    } catch (error) {
      if (error instanceof SourceFailure) return error.failure.message
      throw error
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  test('ends in words when it needs more memory than it has, and the next is read', async () => {
    const merges = Array.from({ length: 190_000 }, (_, i) => `<mergeCell ref="A${i * 2 + 9}:B${i * 2 + 10}"/>`).join('')
    const book = xlsx({ rows: textRow(1, ['甲']), behind: `<mergeCells>${merges}</mergeCells>` })
    expect(await readWith(book, { maxHeapMib: 12, maxStallMs: 600_000 })).toContain('記憶體')
    expect(
      await readWith(xlsx({ rows: textRow(1, ['甲', '乙']) + rows(3) }), { maxHeapMib: 256, maxStallMs: 600_000 }),
    ).toBe('3 rows')
  })

  test('ends in words when it stands still', async () => {
    expect(await readWith(xlsx({ rows: textRow(1, ['甲']) }), { maxHeapMib: 256, maxStallMs: 1 })).toContain('停滯')
  })

  test('hands over a long sheet whole, and gives up its place when its reader turns away', async () => {
    const limits = { maxHeapMib: 256, maxStallMs: 600_000 }
    const book = xlsx({ rows: textRow(1, ['甲', '乙']) + rows(50_000) })
    expect(await readWith(book, limits)).toBe('50000 rows')
    const turnedAway = Array.from({ length: 9 }, () => readWith(book, limits, 1))
    expect(new Set(await Promise.all(turnedAway))).toEqual(new Set(['20000 rows']))
    expect(await readWith(book, limits)).toBe('50000 rows')
  })
})
