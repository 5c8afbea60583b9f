import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccessPage } from '../../src/wire/access.ts'
import type { LivingGuide } from '../../src/wire/guide.ts'
import type { VerdictList, VerdictRow } from '../../src/wire/verdict.ts'
import { type RunningServer, signInAs, startServer } from '../running-server.ts'
import { launchBrowser, openWindow, signInOnPage } from './browser.ts'

const FIRST_PAGE = 30
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PATHS = [
  ...['/', '/guide', '/verdicts', '/verdicts?view=overview', '/rules', '/policies', '/imports', '/imports/new'],
  ...['/trace', '/canaries', '/emergencies', '/ledger', '/my-acts', '/account', '/settings', '/walk'],
]
const NAMES =
  /English|[\w-]+\.(csv|tsv|ods|xlsx|jsonl|gz)\b|TW FidO|CSV|TSV|JSON Lines|XLSX|ODS|UTF-\d+|Big5|[0-9a-f]{12,}|\b[A-Z]+-PC-\d+/g
let server: RunningServer
let browser: Browser
let page: Page

beforeAll(async () => {
  server = await startServer()
  browser = await launchBrowser()
  page = await (await openWindow(browser, { acceptDownloads: true })).newPage()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function ask<T>(path: string): Promise<T> {
  const caller = await signInAs(server, 'ethics')
  const response = await caller.fetch(path)
  expect(response.status).toBe(200)
  return (await response.json()) as T
}

describe("the guide's stories, through the interface people use", () => {
  const firstRows = async () => (await ask<VerdictList>(`/api/verdicts?limit=${FIRST_PAGE}`)).rows
  const storyOf = async (test: (row: VerdictRow) => boolean): Promise<AccessPage> => {
    const row = (await firstRows()).find(test)
    if (!row) throw new Error('the story is not among the first rows')
    return ask<AccessPage>(`/api/accesses/${row.accessId}`)
  }

  test('T1: the insurance official who looked up a company in a colleague’s charge is contradicted by the portfolios', async () => {
    const story = await storyOf((row) => row.purpose === '公務機關相關業務' && row.subjectKind === 'company')
    expect(story.row.verdict).toBe('contradicted')
    const hit = story.hits.find((each) => each.rule === 'not-in-portfolio')
    expect(hit?.evidence.map((each) => each.kind)).toContain('portfolio')
  })

  test('T2: the false patrol claim is contradicted by the terminal and the roster, and the missing stop shows on the day', async () => {
    const story = await storyOf((row) => row.purpose === '巡邏盤查可疑女子')
    expect(story.row.verdict).toBe('contradicted')
    const kinds = story.hits
      .filter((each) => each.kind === 'contradiction')
      .flatMap((each) => each.evidence.map((witness) => witness.kind))
    expect(kinds).toEqual(expect.arrayContaining(['presence', 'terminal']))
    expect(story.day.lanes.find((lane) => lane.lane === 'dispatch')?.items.map((item) => item.tone)).toContain('absent')
    expect(story.path.links.map((link) => link.state)).toContain('contradicts')
  })

  test('T4: the archivist who sells look-ups stands among the first: nothing explains them, and one case number was used for many people', async () => {
    const story = await storyOf((row) => row.purpose === '核對謄本' && row.system === 'land-query')
    // No record says no: one number for many people is a sign, however strong.
    expect(story.row.verdict).toBe('unexplained')
    expect(story.hits.map((each) => each.rule)).toContain('case-reused')
    expect(story.sentence).toContain('115雲地字第90311號')
    expect(story.sentence).toContain('同一案號')
  })

  test('every measure of the guide is shown, alive only with a figure from the data', async () => {
    // The gate's measures have no figure before somebody has asked something.
    const gate = ['T1.1', 'T1.4', 'T4.5']
    const guide = await ask<LivingGuide>('/api/guide')
    const measures = guide.types.flatMap((type) => type.measures)
    expect(measures.length).toBe(28)
    const unproven = measures.filter((each) => each.state !== 'absent' && each.figure === null)
    expect(unproven.filter(({ id, state }) => state !== 'stale' || !gate.includes(id))).toEqual([])
    expect(measures.find((each) => each.id === 'T1.3')?.state).toBe('alive')
  })
})

describe('the walk in a real browser', () => {
  test('signs in and sees home', () => signInOnPage(page, server, 'ethics'))

  test.each(PATHS)('%s passes axe and is in Chinese', async (path) => {
    await page.goto(server.address + path)
    await page.locator('h1').first().waitFor()
    // Who gets in without approval is worked out once, in ten seconds or, on a busy machine, more.
    await page.waitForLoadState('networkidle')
    expect(await violations()).toEqual([])
    expect(await englishWords()).toEqual([])
  })

  test('opens the worst row by keyboard, and its page draws the path and the day', async () => {
    await page.goto(`${server.address}/verdicts`)
    await page.locator('.list-row').first().waitFor()
    await page.keyboard.press('o')
    await page.waitForURL(/\/accesses\/[0-9a-f]{32}/)
    await page.locator('h1').first().waitFor()
    expect(await page.locator('main svg').count()).toBeGreaterThanOrEqual(2)
    expect(await page.locator('h1').first().textContent()).toContain('●●●')
    expect(await violations()).toEqual([])
  })

  test('shows a name only for a reason, and the reason stands in the journal', async () => {
    await page.getByRole('button', { name: '顯示姓名' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('textarea, input[type=text]').first().fill('查核申訴案 115-0423 所涉查詢')
    await dialog.getByText('當事人', { exact: true }).click()
    await dialog.getByRole('button', { name: '記錄並顯示' }).click()
    await page
      .getByText(/[A-Z][12]\d{8}/)
      .first()
      .waitFor()
  })

  test('exports the list as CSV and the page as PDF', async () => {
    const caller = await signInAs(server, 'ethics')
    const csv = Buffer.from(
      await (await caller.fetch('/api/verdicts/export?format=csv&verdict=contradicted')).arrayBuffer(),
    )
    expect(csv.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(csv.toString('utf8')).toContain('相牴觸')
    const ods = Buffer.from(
      await (await caller.fetch('/api/verdicts/export?format=ods&verdict=contradicted')).arrayBuffer(),
    )
    expect(ods.subarray(0, 2).toString()).toBe('PK')
    const id = /accesses\/([0-9a-f]{32})/.exec(page.url())?.[1]
    const pdf = Buffer.from(await (await caller.fetch(`/api/accesses/${id}/report.pdf`)).arrayBuffer())
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  })

  test('draws a record of the ledger as its way to the root, and comes to the same root by its own sums', async () => {
    await page.goto(`${server.address}/ledger`)
    await page.getByRole('button', { name: /^開啟/ }).nth(2).click()
    await page.locator('.proof-svg').waitFor()
    expect(await page.locator('.proof-path').innerText()).toContain('自行重算，結果與')
    expect(await page.locator('.proof-box.sibling').count()).toBeGreaterThan(3)
    expect(await violations()).toEqual([])
  })

  test('ticks what was really done of the walk through the five cases, and leaves the rest open', async () => {
    await page.goto(`${server.address}/walk`)
    const line = (words: string) => page.locator('.walk-step', { hasText: words }).locator('svg')
    await line('顯示姓名').waitFor()
    expect(await line('顯示姓名').getAttribute('aria-label')).toBe('已完成')
    expect(await line('巡邏盤查可疑女子').getAttribute('aria-label')).toBe('已完成')
    expect(await line('送請核准').getAttribute('aria-label')).toBe('未完成')
    await page.getByRole('button', { name: '以李承辦的身分進行' }).first().click()
    await page.waitForURL(/\/queries$/)
    await page.locator('.try-out').waitFor()
    await signInOnPage(await freshPage(), server, 'ethics')
  })

  test('keeps its words and its shape on a narrow screen', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    for (const path of PATHS) {
      await page.goto(server.address + path)
      await page.locator('h1').first().waitFor()
      await page.waitForLoadState('networkidle')
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect({ path, overflow }).toEqual({ path, overflow: 0 })
    }
  })
})

describe('the program as a whole', () => {
  test('starts again with its data, without making or loading anything anew', async () => {
    const before = await ask<VerdictList>('/api/verdicts?limit=1')
    await server.stop({ keepsData: true })
    server = await startServer({ dataFolder: server.dataFolder })
    expect(server.printed()).not.toMatch(/產生示範機關|匯入示範資料|勾稽/)
    expect((await ask<VerdictList>('/api/verdicts?limit=1')).total).toBe(before.total)
  })

  test('takes the sample away as one act, with its sign-ins', async () => {
    const caller = await signInAs(server, 'it')
    const wrong = await caller.fetch('/api/demo', {
      method: 'DELETE',
      body: '{"confirm":"x"}',
      headers: { 'content-type': 'application/json' },
    })
    expect(wrong.status).toBe(400)
    const done = await caller.fetch('/api/demo', {
      method: 'DELETE',
      body: JSON.stringify({ confirm: '移除示範資料' }),
      headers: { 'content-type': 'application/json' },
    })
    expect(done.status).toBe(200)
    expect((await caller.fetch('/api/me')).status).toBe(401)
    const accounts = (await (await fetch(`${server.address}/api/demo/accounts`)).json()) as { accounts: unknown[] }
    expect(accounts.accounts).toEqual([])
  })
})

/** The next person at the desk. */
async function freshPage(): Promise<Page> {
  await page.context().clearCookies()
  return page
}

/** Latin words of three letters and more in what is read, apart from names of programs, formats and files, ids and code. */
async function englishWords(): Promise<string[]> {
  const found = await page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const words = []
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement.closest('code, pre, .mono, kbd, noscript, script, .licences')) continue
      words.push(node.textContent)
    }
    return words
  })()`)
  return (found as string[]).filter((text) => /[A-Za-z]{3,}/.test(text.replace(NAMES, '')))
}

async function violations(): Promise<string[]> {
  // Evaluated, not injected: the page's content policy allows no script of ours.
  await page.evaluate(axe)
  const found = await page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })")
  const { violations: all } = found as { violations: { id: string; nodes: { target: string[] }[] }[] }
  return all.map(
    (each) =>
      `${each.id}: ${each.nodes
        .slice(0, 3)
        .map((node) => node.target.join(' '))
        .join(', ')}`,
  )
}
