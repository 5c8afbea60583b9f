import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { moveToday, offsetTo } from '../other-day.ts'
import type { RunningServer } from '../running-server.ts'

const CHROMIUM = '/usr/bin/chromium'
// The sandbox needs namespaces that containers often refuse; the pages are our own. The rest keeps it off the network.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// An action or a wait that takes longer has failed; on a machine with ten others at work seconds become minutes.
const PATIENCE_MS = 600_000

/** Real Chromium, headless. `npm test` installs it; without it this throws with what to install. */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error('the browser tests need Chromium: apt-get install chromium')
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: PATIENCE_MS })
}

/** A window of its own, patient, on the day that the test lives on. */
export async function openWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'zh-TW',
    ...options,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  context.setDefaultNavigationTimeout(PATIENCE_MS)
  const day = process.env['SHOUMI_TEST_DAY']
  if (day !== undefined) await context.addInitScript(`(${moveToday})((${offsetTo})(${JSON.stringify(day)}))`)
  return context
}

/** Signs in as a demo account through the page's own form. */
export async function signInOnPage(
  page: Page,
  server: Pick<RunningServer, 'address' | 'passwordOf'>,
  account: string,
): Promise<void> {
  await page.goto(server.address)
  await page.locator('input[name=account]').fill(account)
  await page.locator('input[name=password]').fill(server.passwordOf(account))
  await page.locator('button[type=submit]').click()
  await page.locator('nav').first().waitFor({ state: 'attached' })
}
