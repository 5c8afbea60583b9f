import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secondPerson } from '../approve-change.ts'
import { HEADER, ROWS as OFFICE } from '../organisation/temporary-office.ts'
import { type RunningServer, signInAs, startServer } from '../running-server.ts'
import { launchBrowser, openWindow, signInOnPage } from './browser.ts'

// The sample has an account of this name in another agency.
const ROWS = OFFICE.map((row) => row.replace(',chief,', ',wang,').replace(',首長,', ',主管,'))

let server: RunningServer
let browser: Browser
let page: Page

beforeAll(async () => {
  server = await startServer()
  browser = await launchBrowser()
  page = await (await openWindow(browser)).newPage()
  await signInOnPage(page, server, 'it')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** Chooses a personnel file of the land office on the page. */
async function choose(rows: readonly string[]): Promise<void> {
  const path = join(server.dataFolder, '人事名冊.csv')
  await writeFile(path, `\uFEFF${[HEADER, ...rows].join('\n')}\n`)
  await page.goto(`${server.address}/people/import`)
  await page.getByRole('button', { name: /機關/ }).click()
  await page.getByRole('option', { name: /地政/ }).click()
  await page.locator('input[type=file]').setInputFiles(path)
}

async function apply(): Promise<void> {
  await page.getByRole('button', { name: '套用異動' }).click()
  const dialog = page.getByRole('alertdialog')
  const act = dialog.getByRole('button', { name: '套用', exact: true })
  expect(await act.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('套用')
  await act.click()
}

/** Another person's word on what the file may not do on one. */
async function approved(): Promise<void> {
  await page.getByRole('heading', { name: '待另一人核准' }).waitFor()
  expect(await violations()).toEqual([])
  const link = await page.getByRole('link', { name: '看這項變更' }).getAttribute('href')
  ethics ??= await secondPerson(server, 'ethics')
  await ethics.approve(link?.split('/').at(-1) ?? '')
}
let ethics: Awaited<ReturnType<typeof secondPerson>> | undefined

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function violations(): Promise<string[]> {
  // Evaluated, not injected: the page's content policy allows no script of ours.
  await page.evaluate(axe)
  const found = await page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })")
  const { violations: all } = found as { violations: { id: string; nodes: { target: string[] }[] }[] }
  return all.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

describe('people, through the interface IT uses', () => {
  test('says what to do while nobody is known', async () => {
    await page.goto(`${server.address}/people`)
    await page.getByRole('heading', { name: '還沒有人員' }).waitFor()
    expect(await page.getByRole('link', { name: '匯入人事名冊' }).count()).toBeGreaterThan(0)
    expect(await violations()).toEqual([])
  })

  test('tells each fault of a broken file with its line and column, and offers nothing to apply', async () => {
    await choose(ROWS.map((row) => row.replace('12,other', '12,clerk').replace('115/11/20', '115/13/40')))
    await page.getByRole('heading', { name: '名冊有 2 處錯誤，沒有套用任何一筆' }).waitFor()
    const lines = await page.locator('table tbody tr').allInnerTexts()
    expect(lines.map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
      ['3', '代理起日'],
      ['5', '帳號'],
    ])
    expect(await page.getByRole('button', { name: '套用異動' }).count()).toBe(0)
    expect(await violations()).toEqual([])
  })

  test('shows who joins, asks for typed words, waits for another person, and lists them then', async () => {
    await choose(ROWS)
    await page.getByRole('heading', { name: /到職/ }).waitFor()
    expect(await page.locator('.people-counts').innerText()).toMatch(/5\s*到職/)
    expect(await violations()).toEqual([])
    await apply()
    await approved()
    // What another person approved meanwhile is seen when the page is opened again.
    await page.goto(`${server.address}/people`)
    await page.getByRole('link', { name: '王課長' }).waitFor()
    expect(await page.locator('tr', { hasText: 'clerk' }).innerText()).toContain('公司 1 項')
    expect(await violations()).toEqual([])
  })

  test('shows a change field by field and a leaver, and then his history', async () => {
    await choose(
      ROWS.filter((row) => !row.startsWith('12,')).map((row) => row.replace('A1,收件股,A,課員', 'A1,收件股,A,技士')),
    )
    const change = page.locator('tr', { hasText: '李課員' })
    await change.waitFor()
    expect(await change.innerText()).toMatch(/職稱\s*課員\s*→\s*技士/)
    expect(await page.locator('tr', { hasText: '張課員' }).count()).toBe(1)
    await apply()
    await page.getByRole('heading', { name: '已套用' }).waitFor()
    await page.goto(`${server.address}/people?q=${encodeURIComponent('李課員')}`)
    await page.getByRole('link', { name: '李課員' }).click()
    await page.getByRole('heading', { name: /職務經過/ }).waitFor()
    await page.locator('tbody tr').nth(1).waitFor()
    expect(await page.locator('tbody tr').first().innerText()).toContain('技士')
    expect(await page.locator('tbody tr').nth(1).innerText()).toContain('課員')
    expect(await violations()).toEqual([])
  })

  test('says that nothing would change when the same file comes again', async () => {
    await choose(
      ROWS.filter((row) => !row.startsWith('12,')).map((row) => row.replace('A1,收件股,A,課員', 'A1,收件股,A,技士')),
    )
    await page.getByRole('heading', { name: '與現況相同' }).waitFor()
    expect(await page.getByRole('button', { name: '套用異動' }).count()).toBe(0)
  })

  test('is not open to an officer, neither the page nor what is behind it', async () => {
    const officer = await signInAs(server, 'officer')
    expect((await officer.fetch('/api/people')).status).toBe(403)
    const auditor = await signInAs(server, 'auditor')
    expect((await auditor.fetch('/api/people')).status).toBe(200)
    expect((await auditor.fetch('/api/people/imports', { method: 'POST' })).status).toBe(403)
  })
})
