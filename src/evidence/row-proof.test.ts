import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryAnalytics, temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { createRowsTree } from '../ledger/rows-tree.ts'
import { hashLeaf } from '../ledger/tlog/hash.ts'
import { isIncluded } from '../ledger/tlog/verify-proof.ts'
import { createEvidence, type Evidence } from './create-evidence.ts'

let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let evidence: Evidence

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-rows-'))
  analytics = await temporaryAnalytics()
  database = await temporaryDatabase()
  const clock = fixedClock(new Date('2026-11-23T00:00:00Z'))
  evidence = await createEvidence({ analytics, database, dataFolder: folder, keysFolder: join(folder, 'keys'), clock })
})
afterAll(async () => {
  await analytics.close()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

// Guesses on rows such as these succeed at once: a handful of officers, ten people, one minute.
const lineOf = (n: number) => `P${n},2026-01-05T08:30:00+08:00,041${n % 3},A12345678${n % 10}`
async function load(rows: number, from = 0): Promise<{ importId: string; lines: readonly string[] }> {
  const lines = Array.from({ length: rows }, (_, n) => lineOf(from + n))
  const filePath = join(folder, `log-${from}.csv`)
  await writeFile(filePath, ['紀錄編號,時間,員工編號,身分證字號', ...lines].join('\n'))
  const columns = {
    source_id: { from: '紀錄編號' },
    at: { from: '時間' },
    officer: { from: '員工編號' },
    subject: { from: '身分證字號' },
  }
  const outcome = await evidence.runImport({
    ...{ filePath, fileName: `log-${from}.csv`, target: 'access', agency: 'police', system: 'mpolice' },
    mapping: { target: 'access', agency: 'police', columns },
    startedBy: { account: 'tester', post: 'test' },
  })
  if (!outcome.ok) throw new Error(outcome.error.messageEn)
  expect(outcome.value.rowsLoaded).toBe(rows)
  return { importId: outcome.value.importId, lines }
}

async function prove(importId: string, line: number) {
  const proved = await evidence.proveSourceRow(importId, line)
  if (!proved.ok) throw new Error(proved.error)
  const { hashes, root, ...rest } = proved.value
  expect(isIncluded({ ...rest, root, proof: hashes })).toBe(true)
  return proved.value
}

test.each([40, 9_000])(
  'nobody can try guesses on the neighbours of a proved row, in a file of %i rows',
  async (rows) => {
    const { importId, lines } = await load(rows, rows * 10)
    const [at, neighbour] = [10, 11]
    const { salt, leafHash, hashes, eventId } = await prove(importId, at + 2)
    expect(salt?.length).toBe(16)
    expect(leafHash.equals(hashLeaf(salt ?? Buffer.alloc(0), Buffer.from(lines[at] ?? '')))).toBe(true)
    // The sibling of an even leaf is the leaf after it.
    const guess = Buffer.from(lines[neighbour] ?? '')
    for (const tried of [hashLeaf(guess), hashLeaf(salt ?? Buffer.alloc(0), guess)])
      expect(hashes[0]?.equals(tried)).toBe(false)
    const other = await prove(importId, neighbour + 2)
    expect(hashes[0]?.equals(other.leafHash)).toBe(true)
    expect(other.salt?.equals(salt ?? Buffer.alloc(0))).toBe(false)
    const [event] = await database.query<{ kind: string }>('SELECT kind FROM event WHERE event_id = $1', [eventId])
    expect(event?.kind).toBe('import')
  },
)

test('the same rows in another import have other hashes', async () => {
  const [first, second] = [await load(8, 500_000), await load(8, 600_000)]
  const [a, b] = [await prove(first.importId, 3), await prove(second.importId, 3)]
  expect(a.salt?.equals(b.salt ?? Buffer.alloc(0))).toBe(false)
})

test('an import from before rows had salts is proved as its event commits to it', async () => {
  const { importId, lines } = await load(20, 700_000)
  const tree = createRowsTree()
  tree.addLines(Buffer.from(`${lines.join('\n')}\n`))
  await database.upkeep.query('UPDATE import SET rows_tree = 1, rows_root = $2 WHERE import_id = $1', [
    importId,
    tree.root(),
  ])
  const proof = await prove(importId, 7)
  expect(proof.salt).toBeUndefined()
  expect(proof.leafHash.equals(hashLeaf(Buffer.from(lines[5] ?? '')))).toBe(true)
  const [again] = [await evidence.proveSourceRow(importId, 99)]
  expect(again).toEqual({ ok: false, error: 'not-found' })
})
