import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
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

/** Real Chromium, headless. `npm test` installs it; without it this throws with what to install. */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error('the browser tests need Chromium: apt-get install chromium')
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
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
