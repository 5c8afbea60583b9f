import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asInstallation } from '../../src/base/tenant.ts'
import { loadAccesses, type OneOffice, oneOffice } from '../http/one-office.ts'

const ROWS = 3000
const FLIPS = 8
const TIMEOUT_MS = 400_000
let office: OneOffice
let list: string

beforeAll(async () => {
  office = await oneOffice()
  await loadAccesses(office, ROWS)
  list = await listOf(office)
  await office.close({ keepsData: true })
  await cp(store(), `${store()}.kept`, { recursive: true, verbatimSymlinks: true })
}, TIMEOUT_MS)
afterAll(() => rm(office.folder, { recursive: true, force: true }))

const store = () => join(office.folder, 'clickhouse')
const listOf = async (running: OneOffice) =>
  (await running.send('ethics', 'GET', '/api/verdicts/export?format=csv')).body

async function filesOf(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((each) => each.isFile()).map((each) => relative(folder, join(each.parentPath, each.name)))
}

// A fixed draw, so that a failure can be looked at again.
function drawing(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

/** What the program says and shows when one byte of one file is another. */
async function withFlipped(file: string, at: number) {
  await rm(store(), { recursive: true, force: true })
  await cp(`${store()}.kept`, store(), { recursive: true, verbatimSymlinks: true })
  const path = join(store(), file)
  const bytes = await readFile(path)
  bytes[at] = (bytes[at] ?? 0) ^ 0xff
  await writeFile(path, bytes)
  const running = await oneOffice({ folder: office.folder })
  try {
    const pages = await Promise.all(
      ['/api/verdicts', '/api/verdicts?text=偵辦', '/api/verdicts/summary', '/api/today', '/api/rules'].map((url) =>
        running.send('ethics', 'GET', url),
      ),
    )
    const exported = await running.send('ethics', 'GET', '/api/verdicts/export?format=csv')
    const damage = await asInstallation(() => running.services.evidence.checkStore())
    return {
      statuses: [...pages, exported].map(({ statusCode }) => statusCode),
      exported: exported.body,
      isSaid: running.services.condition.damage() !== undefined || damage !== undefined,
    }
  } finally {
    await running.close({ keepsData: true })
  }
}

test(
  'one flipped byte anywhere in the store gives the right answer or words, never an error without words and never other rows',
  async () => {
    const files = await filesOf(`${store()}.kept`)
    const draw = drawing(115)
    const filled: { file: string; bytes: number }[] = []
    for (const file of files) {
      const bytes = (await readFile(join(`${store()}.kept`, file))).length
      if (bytes > 0) filled.push({ file, bytes })
    }
    for (let i = 0; i < FLIPS; i++) {
      const { file, bytes } = filled[draw(filled.length)] ?? { file: '', bytes: 0 }
      const { statuses, exported, isSaid } = await withFlipped(file, draw(bytes))
      for (const status of statuses) expect([200, 503], `${file}: ${statuses}`).toContain(status)
      if (statuses.includes(503)) expect(isSaid, file).toBe(true)
      else expect(exported === list || isSaid, `${file} shows other rows`).toBe(true)
    }
  },
  TIMEOUT_MS,
)

test(
  'a flipped byte that no page has read yet is found by the check beside the work of the day, and then said',
  async () => {
    const files = (await filesOf(`${store()}.kept`)).filter(
      (file) => file.endsWith('purpose.bin') || file.endsWith('data.bin'),
    )
    const sizes = await Promise.all(files.map(async (file) => (await readFile(join(`${store()}.kept`, file))).length))
    const largest = files[sizes.indexOf(Math.max(...sizes))] ?? ''
    await rm(store(), { recursive: true, force: true })
    await cp(`${store()}.kept`, store(), { recursive: true, verbatimSymlinks: true })
    const bytes = await readFile(join(store(), largest))
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    await writeFile(join(store(), largest), bytes)
    const running = await oneOffice({ folder: office.folder })
    await expect
      .poll(async () => (await running.send('head', 'GET', '/api/warnings')).json().warnings[0]?.words ?? '', {
        timeout: 60_000,
      })
      .toContain('損毀')
    expect((await running.send('ethics', 'GET', '/api/verdicts')).statusCode).toBe(503)
    await running.close({ keepsData: true })
  },
  TIMEOUT_MS,
)
