import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openWindow } from '../../test/browser/browser.ts'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
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

interface BundleData {
  facets: readonly ({ bytes?: string } | undefined)[]
  index: number
  hashes: readonly string[]
  leaf: string
  checkpoint: string
}

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

async function verdictOf(html: string): Promise<string> {
  const path = join(folder, 'bundle.html')
  await writeFile(path, html)
  const context = await openWindow(browser, { offline: true })
  const page = await context.newPage()
  await page.goto(pathToFileURL(path).href)
  await page.waitForSelector('#verdict.good, #verdict.bad')
  const text = await page.locator('#verdict').innerText()
  await context.close()
  return text
}

test('one file verifies itself in a browser without a network', async () => {
  expect(await verdictOf(bundle)).toContain('核驗通過')
})

test('a changed word, place, hash or signature does not verify', async () => {
  const data = /const record = (\{.*\})/.exec(bundle)?.[1] ?? ''
  const changed = (edited: BundleData) => bundle.replace(data, () => JSON.stringify(edited).replaceAll('<', '\\u003c'))
  const flip = (text: string) => {
    const bytes = Buffer.from(text, 'base64')
    bytes[3] = (bytes[3] ?? 0) ^ 1
    return bytes.toString('base64')
  }
  const record: BundleData = JSON.parse(data)
  const [first, second, ...others] = record.facets
  const changes: BundleData[] = [
    { ...record, facets: [first, { ...second, bytes: flip(second?.bytes ?? '') }, ...others] },
    { ...record, index: record.index + 1 },
    { ...record, hashes: [flip(record.hashes[0] ?? ''), ...record.hashes.slice(1)] },
    { ...record, leaf: flip(record.leaf) },
    { ...record, checkpoint: record.checkpoint.replace('\n300\n', '\n301\n') },
  ]
  for (const each of changes) expect(await verdictOf(changed(each))).toContain('未通過')
})

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
