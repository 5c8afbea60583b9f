/** Saves a picture of every screen at 1280 and 390 pixels, in zh-TW and en, from the running sample: npm run screens [FOLDER]. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser, signInOnPage } from '../test/browser/browser.ts'
import { signInAs, startServer } from '../test/running-server.ts'

const WIDTHS = [1280, 390]
const LANGUAGES = ['zh-TW', 'en']
const TALLEST_PX = 9000
const out = resolve(process.argv[2] ?? 'screens')

await mkdir(out, { recursive: true })
const server = await startServer({ env: { SHOUMI_SAMPLE_ACCESSES: '20000' } })
const browser = await launchBrowser()
try {
  const ethics = await signInAs(server, 'ethics')
  const list = (await (await ethics.fetch('/api/verdicts?limit=30')).json()) as { rows: { accessId: string }[] }
  const screens: Record<string, string> = {
    today: '/',
    walk: '/walk',
    guide: '/guide',
    verdicts: '/verdicts',
    overview: '/verdicts?view=overview',
    rules: '/rules',
    policies: '/policies',
    imports: '/imports',
    settings: '/settings',
    trace: '/trace',
    ledger: '/ledger',
    'my-acts': '/my-acts',
    canaries: '/canaries',
    access: `/accesses/${list.rows[0]?.accessId}`,
    'access-2': `/accesses/${list.rows[1]?.accessId}`,
    'access-8': `/accesses/${list.rows[8]?.accessId}`,
    'not-found': '/nowhere',
  }
  for (const language of LANGUAGES) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, locale: language })
      const page = await context.newPage()
      await page.goto(server.address)
      await page.evaluate((code) => localStorage.setItem('shoumi.language', code), language)
      await page.reload()
      await page.screenshot({ path: join(out, `sign-in-${width}-${language}.png`), fullPage: true })
      await signInOnPage(page, server, 'ethics')
      for (const [name, path] of Object.entries(screens)) {
        await page.goto(server.address + path)
        await page.waitForLoadState('networkidle')
        await picture(page, `${name}-${width}-${language}`)
      }
      await context.close()
      await gateScreens(width, language)
    }
  }
  process.stderr.write(`pictures in ${out}\n`)
} finally {
  await browser.close()
  await server.stop()
}

// The list of verdicts is as tall as its rows, which no picture can be.
async function picture(page: Page, name: string): Promise<void> {
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'))
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: height < TALLEST_PX })
}

/** The gate as those see it who ask and who decide. */
async function gateScreens(width: number, language: string): Promise<void> {
  const places = {
    officer: ['/queries', '/account'],
    chief: ['/approvals'],
    captain: ['/emergencies'],
    it: ['/people', '/people/import'],
  }
  for (const [account, paths] of Object.entries(places)) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, locale: language })
    const page = await context.newPage()
    await page.goto(server.address)
    await page.evaluate((code) => localStorage.setItem('shoumi.language', code), language)
    await page.reload()
    await signInOnPage(page, server, account)
    for (const path of paths) {
      await page.goto(server.address + path)
      await page.waitForLoadState('networkidle')
      await picture(page, `gate${path.replace('/', '-')}-${width}-${language}`)
    }
    await context.close()
  }
}
