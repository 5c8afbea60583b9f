import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, signInAs, startServer } from '../running-server.ts'
import { launchBrowser, openWindow, signInOnPage } from './browser.ts'

let server: RunningServer
let browser: Browser
beforeAll(async () => {
  server = await startServer()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const SHOTS = process.env['SHOUMI_SHOTS']
async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 })
    await page.screenshot({ path: join(SHOTS, `${name}-${width}.png`), fullPage: true })
  }
  await page.setViewportSize({ width: 1280, height: 900 })
}

test('one proposes, another signs in with a passkey, sees both texts, and approves with it: only then it holds', async () => {
  const it = await signInAs(server, 'it')
  const proposed = await it.fetch('/api/changes', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      kind: 'role',
      value: { account: 'land', role: 'supervisor', agency: 'land', serves: ['police'] },
      reason: '兼辦第二分局地籍業務',
    }),
  })
  expect(proposed.status).toBe(200)

  // A browser keeps passkeys for names only.
  const site = {
    address: server.address.replace('127.0.0.1', 'localhost'),
    passwordOf: (account: string) => server.passwordOf(account),
  }
  const context = await openWindow(browser)
  const page = await context.newPage()
  const authenticator = await context.newCDPSession(page)
  await authenticator.send('WebAuthn.enable')
  await authenticator.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...({ protocol: 'ctap2', transport: 'internal' } as const),
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  await signInOnPage(page, site, 'head')
  await page.goto(`${site.address}/account`)
  await page.locator('input[name=passkey]').fill('首長室電腦')
  await page.locator('input[name=confirm]').fill(server.passwordOf('head'))
  await page.getByRole('button', { name: '登錄這部裝置' }).click()
  await page.getByRole('cell', { name: '首長室電腦' }).waitFor()

  // From now on the password alone opens nothing: the passkey finishes the sign-in.
  await context.clearCookies()
  await page.goto(site.address)
  await page.locator('input[name=account]').fill('head')
  await page.locator('input[name=password]').fill(server.passwordOf('head'))
  await page.locator('button[type=submit]').click()
  const finish = page.getByRole('button', { name: /通行密鑰/ })
  await finish.waitFor()
  const early = await page.evaluate(() => fetch('/api/changes').then((answer) => answer.status))
  expect(early).toBe(401)
  await finish.click()
  await page.locator('nav').first().waitFor({ state: 'attached' })

  await page.goto(`${site.address}/changes`)
  await page.getByRole('link', { name: /職務.*land/ }).waitFor()
  await shoot(page, 'changes')
  await page.getByRole('link', { name: /職務.*land/ }).click()
  const diff = await page.locator('.change-diff').innerText()
  for (const part of ['− role: officer', '＋ role: supervisor', 'police']) expect(diff).toContain(part)
  await shoot(page, 'change')
  await page.getByRole('button', { name: '以通行密鑰核准' }).click()
  await page.getByText('已生效', { exact: true }).waitFor()

  const land = await signInAs(server, 'land')
  expect(await (await land.fetch('/api/me')).json()).toMatchObject({ role: 'supervisor' })
  await context.close()
})
