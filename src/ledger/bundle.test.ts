import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openWindow } from '../../test/browser/browser.ts'
import { temporaryDatabase } from '../../test/engines.ts'
import { canonicalJson } from '../base/canonical-json.ts'
import { fixedClock } from '../base/clock.ts'
import { pageWith, recordIn } from './bundle.fixture.ts'
import { writeBundle } from './bundle.ts'
import { createLedger, type Ledger } from './create-ledger.ts'

const clock = fixedClock(new Date('2026-11-23T01:00:00Z'))
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let ledger: Ledger
let browser: Browser
let bundle: string

beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-bundle-'))
  const paths = { folder: join(folder, 'public'), keysFolder: join(folder, 'keys') }
  ledger = await createLedger({
    ...paths,
    origin: 'b.example/events',
    writer: 'w',
    database,
    clock,
    log: () => undefined,
  })
  bundle = await bundleOfOne(300)
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await ledger.stop()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

async function bundleOfOne(events: number): Promise<string> {
  const outcomes = await Promise.all(
    Array.from({ length: events }, (_, n) =>
      ledger.append({
        kind: 'look',
        at: clock.now(),
        actor: 'lin',
        actorPost: '政風處 科員',
        subjectRef: `access:${n}`,
        reason: `</script><script>alert(${n})</script> 案件`,
        detail: { n },
      }),
    ),
  )
  const chosen = outcomes[events - 44]
  if (!chosen?.ok) throw new Error('not appended')
  await ledger.integrated(Math.max(...outcomes.map((each) => (each.ok ? each.value.index : 0))))
  const { eventId } = chosen.value
  const [receipt, proof] = [await ledger.receiptOf(eventId), await ledger.proofOf(eventId)]
  if (!receipt?.opened || !proof) throw new Error('not proved')
  const { vkey } = await ledger.status()
  return writeBundle({
    eventId,
    leaf: receipt.leaf,
    opened: receipt.opened,
    proof,
    vkey,
    organisation: '雲山縣政府',
    issuedAt: clock.now(),
  })
}

interface Shown {
  readonly verdict: string
  readonly isGood: boolean
  /** what the page says is proved: log, key, place, facets, signed checkpoint */
  readonly proved: readonly string[]
}
const PROVED = ['origin', 'fingerprint', 'place', 'facets', 'checkpoint']

async function open(html: string): Promise<Page> {
  const path = join(folder, 'bundle.html')
  await writeFile(path, html)
  const context = await openWindow(browser, { offline: true })
  const page = await context.newPage()
  await page.goto(pathToFileURL(path).href)
  return page
}

async function shown(page: Page): Promise<Shown> {
  // A script that the page's own policy kept from running leaves no name behind.
  if (await page.evaluate("typeof examine === 'function'")) await page.waitForSelector('#verdict')
  const textsOf = (selector: string) => page.locator(selector).allTextContents()
  const isGood = (await page.locator('#verdict.good').count()) > 0
  const [verdict = ''] =
    isGood || (await page.locator('#verdict').count()) > 0 ? await textsOf('#verdict') : await textsOf('body')
  const proved = await Promise.all(PROVED.map(async (id) => (await textsOf(`#${id}`)).join()))
  return { verdict, isGood, proved }
}

async function verdictOf(html: string): Promise<string> {
  const page = await open(html)
  const { verdict } = await shown(page)
  await page.context().close()
  return verdict
}

test('one file verifies itself in a browser without a network, and wholly once the reader brings the key', async () => {
  const page = await open(bundle)
  const { vkey } = await ledger.status()
  expect(await shown(page)).toMatchObject({ isGood: true, verdict: expect.stringContaining('尚未比對') })
  expect(await page.locator('#verdict').getAttribute('class')).toContain('unpinned')
  await page.fill('#pin', vkey)
  await page.click('#compare')
  await page.waitForSelector('#verdict.good:not(.unpinned)')
  expect(await page.locator('#verdict').innerText()).toContain('金鑰與您另行取得的相同')
  await page.fill('#pin', '11111 22222 33333 44444 55555 66666 77777 88888')
  await page.click('#compare')
  await page.waitForSelector('#verdict.bad')
  expect(await page.locator('#facets').count()).toBe(0)
  await page.setInputFiles('#pin-file', { name: 'checkpoint', mimeType: '', buffer: await checkpointFile() })
  await page.waitForSelector('#verdict.good:not(.unpinned)')
  await page.context().close()
})

const checkpointFile = async () => Buffer.from((await ledger.status()).checkpoint)

test('a changed word, place, hash or signature does not verify', async () => {
  const flip = (text: string) => {
    const bytes = Buffer.from(text, 'base64')
    bytes[3] = (bytes[3] ?? 0) ^ 1
    return bytes.toString('base64')
  }
  const record = JSON.parse(recordIn(bundle))
  const [first, second, ...others] = record.facets
  const changes = [
    { ...record, facets: [first, { ...second, bytes: flip(second.bytes) }, ...others] },
    { ...record, index: record.index + 1 },
    { ...record, hashes: [flip(record.hashes[0]), ...record.hashes.slice(1)] },
    { ...record, leaf: flip(record.leaf) },
    { ...record, checkpoint: record.checkpoint.replace('\n300\n', '\n301\n') },
  ]
  for (const each of changes)
    expect(await verdictOf(pageWith(canonicalJson(each).replaceAll('<', '\\u003c')))).toContain('未通過')
})

test('a page whose script or style was changed by one sign says that nothing was verified', async () => {
  for (const [from, to] of [
    ['核驗通過，但只對', '核驗通過，不只對'],
    ["steps.every((each) => each.outcome === 'good')", "steps.every((each) => each.outcome !== 'good')"],
  ] as const) {
    const changed = bundle.replace(from, to)
    expect(changed).not.toBe(bundle)
    expect(await verdictOf(changed)).toContain('尚未核驗')
  }
})

test('one byte changed anywhere in the file changes nothing that is shown as proved', async () => {
  const bytes = Buffer.from(bundle)
  const page = await open(bundle)
  const whole = await shown(page)
  const path = join(folder, 'altered.html')
  // Spread over the whole file and close at what is before the script: the page's own policy, and the record.
  const places = [...Array.from({ length: 30 }, (_, i) => 40 + 17 * i), ...spread(bytes.length, 60)]
  for (const at of places.filter((place) => place < bytes.length)) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    await writeFile(path, changed)
    await page.goto(pathToFileURL(path).href)
    const { isGood, proved } = await shown(page)
    expect([at, proved]).toEqual([at, isGood ? whole.proved : PROVED.map(() => '')])
  }
  await page.context().close()
})

const spread = (length: number, count: number) =>
  Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count))

test('with a time stamp it proves against the stamped checkpoint, also when the log has grown since', async () => {
  const { checkpoint, size, vkey } = await ledger.status()
  await database.upkeep.query(
    `INSERT INTO ledger_checkpoint (origin, size, note, signed_at, stamped_at, stamp) VALUES ($1, $2, $3, $4, $4, $5)`,
    ['b.example/events', size, checkpoint, clock.now(), Buffer.from('token')],
  )
  await bundleOfOne(60)
  const [stamped] = await database.query<{ event_id: string }>(
    "SELECT event_id FROM event WHERE subject_ref = 'access:250'",
  )
  if (!stamped) throw new Error('no events')
  expect((await ledger.status()).size).toBeGreaterThan(size)
  const [receipt, evidence] = [await ledger.receiptOf(stamped.event_id), await ledger.evidenceOf(stamped.event_id)]
  if (!receipt?.opened || !evidence) throw new Error('not proved')
  const { leaf, opened, level, eventId } = receipt
  expect(level).toBe('stamped')
  expect(evidence).toMatchObject({ stamp: { token: Buffer.from('token') }, proof: { checkpoint } })
  const html = writeBundle({
    ...{ leaf, opened, eventId, vkey, ...evidence },
    organisation: '雲山縣政府',
    issuedAt: clock.now(),
  })
  expect(await verdictOf(html)).toContain('核驗通過')
})
