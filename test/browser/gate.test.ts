import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../running-server.ts'
import { launchBrowser, openWindow, signInOnPage } from './browser.ts'

let server: RunningServer
let browser: Browser
/** address by the name a passkey is bound to */
let site: Pick<RunningServer, 'address' | 'passwordOf'>

beforeAll(async () => {
  server = await startServer()
  browser = await launchBrowser()
  site = {
    address: server.address.replace('127.0.0.1', 'localhost'),
    passwordOf: (account) => server.passwordOf(account),
  }
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** A person at a browser of his own, with a virtual authenticator in place of the one on his desk. */
async function personAt(account: string): Promise<Page> {
  const context = await openWindow(browser, { acceptDownloads: true })
  const page = await context.newPage()
  await addAuthenticator(context, page)
  await signInOnPage(page, site, account)
  return page
}

async function addAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

async function registerPasskey(page: Page, account: string): Promise<void> {
  await page.goto(`${site.address}/account`)
  await page.locator('input[name=passkey]').fill('辦公室電腦')
  await page.locator('input[name=confirm]').fill(site.passwordOf(account))
  await page.getByRole('button', { name: '登錄這部裝置' }).click()
  await page.getByRole('cell', { name: '辦公室電腦' }).waitFor()
}

/** Fills in one of the looks the sample offers and asks it; answers the random question where it is drawn. */
async function tryLook(page: Page, example: string): Promise<void> {
  await page.goto(`${site.address}/queries`)
  await page.locator('.try-out').getByText(example, { exact: true }).click()
  await page.getByRole('button', { name: '查詢', exact: true }).click()
  const challenge = page.locator('input[name=challenge]')
  await page.locator('.outcome, .shown').first().waitFor()
  if (await challenge.isVisible()) {
    await challenge.fill('依案卷所附申請書核對當事人資料')
    await page.getByRole('button', { name: '送出並查詢' }).click()
    await page.locator('.shown').waitFor()
  }
}

async function giveReason(page: Page, reason: string, act: string): Promise<void> {
  await page.locator('[role=dialog] input[name=reason]').fill(reason)
  await page.locator('[role=dialog]').getByRole('button', { name: act }).click()
}

describe('the query gate, through the interface people use', () => {
  test('T1: a company outside his portfolio is refused with the reason; one of his own is shown under his mark', async () => {
    const officer = await personAt('officer')
    await tryLook(officer, '非所管公司（指引類型一）')
    expect(await officer.locator('.outcome[data-outcome=deny]').innerText()).toContain('不在您的業管範圍')
    expect(await officer.locator('.shown').count()).toBe(0)
    await tryLook(officer, '所管公司')
    expect(await officer.locator('.shown tbody tr').count()).toBeGreaterThan(0)
    expect(await officer.locator('svg.watermark').textContent()).toContain('李承辦')
    await officer.context().close()
  })

  test('T4: somebody who is no party is sent for approval, approved by passkey, shown masked and marked, traced from its code', async () => {
    const land = await personAt('land')
    await tryLook(land, '案件以外的人')
    const outcome = land.locator('.outcome[data-outcome=needs-approval]')
    expect(await outcome.innerText()).toContain('不是此案的當事人')
    await outcome.getByRole('button', { name: '送請核准' }).click()
    await giveReason(land, '申請人主張繼承，需核對其名下土地', '送出')
    await land.getByText('待核准', { exact: true }).waitFor()

    const registrar = await personAt('registrar')
    await registerPasskey(registrar, 'registrar')
    await registrar.goto(`${site.address}/approvals`)
    await registrar.getByRole('link', { name: '審閱' }).click()
    const facts = await registrar.locator('.approval-facts').innerText()
    for (const part of ['趙地政', '個人名下土地', '申請人主張繼承', '查詢對象是當事人']) expect(facts).toContain(part)
    await registrar.getByRole('button', { name: '以通行密鑰核准' }).click()
    await registrar.getByText('目前沒有待核准的申請').waitFor()

    await land.goto(`${site.address}/queries`)
    await land.getByRole('button', { name: '查看結果' }).click()
    await land.locator('.shown tbody tr').first().waitFor()
    const row = await land.locator('.shown tbody tr').first().innerText()
    expect(row).toMatch(/[○*＊]/)
    const mark = (await land.locator('svg.watermark').textContent()) ?? ''
    const code = (await land.locator('.shown-facts button').getAttribute('title')) ?? ''
    expect(mark).toContain('趙地政')
    expect(mark).toContain(code)

    const ethics = await personAt('ethics')
    await ethics.goto(`${site.address}/trace`)
    const fields = ethics.locator('.trace-form input')
    await fields.nth(0).fill(code)
    await fields.nth(1).fill('外流截圖追查')
    await ethics.getByRole('button', { name: '追查', exact: true }).click()
    const traced = await ethics.locator('.trace-facts').innerText()
    for (const part of ['趙地政', '經核准', '個人名下土地']) expect(traced).toContain(part)
    for (const page of [land, registrar, ethics]) await page.context().close()
  })

  test('break glass: off duty opens with a passkey, everyone is told, and the explanation is owed and judged', async () => {
    const patrol = await personAt('patrol')
    await registerPasskey(patrol, 'patrol')
    await tryLook(patrol, '路檢盤查')
    const outcome = patrol.locator('.outcome[data-outcome=break-glass]')
    expect(await outcome.innerText()).toContain('不在勤務時間')
    await outcome.getByRole('button', { name: '緊急調閱' }).click()
    await giveReason(patrol, '民眾倒臥路旁昏迷，需聯絡家屬', '以通行密鑰開啟')
    await patrol.locator('.shown tbody tr').first().waitFor()
    await patrol.goto(`${site.address}/emergencies`)
    expect(await patrol.locator('.emergency').innerText()).toContain('待補說明')

    const captain = await personAt('captain')
    await captain.goto(`${site.address}/emergencies`)
    expect(await captain.locator('.notices').innerText()).toContain('有人緊急調閱')

    await patrol.getByRole('button', { name: '提出說明' }).click()
    await giveReason(patrol, '已送醫並通知其家屬，資料未作他用', '送出')
    await patrol.getByText('已說明，待審查').waitFor()
    await captain.reload()
    await captain.getByRole('button', { name: '認定有據' }).click()
    await giveReason(captain, '與一一九報案紀錄相符', '送出')
    await captain.locator('.emergency-state', { hasText: '認定有據' }).waitFor()
    for (const page of [patrol, captain]) await page.context().close()
  })

  test('a passkey is asked for at the next sign-in; until then nothing is open', async () => {
    const police = await personAt('police')
    await registerPasskey(police, 'police')
    await police.context().clearCookies()
    await police.goto(site.address)
    await police.locator('input[name=account]').fill('police')
    await police.locator('input[name=password]').fill(site.passwordOf('police'))
    await police.locator('button[type=submit]').click()
    const finish = police.getByRole('button', { name: '以通行密鑰登入' })
    await finish.waitFor()
    const status = await police.evaluate(async () => (await fetch('/api/gate/catalogue')).status)
    expect(status).toBe(401)
    await finish.click()
    await police.locator('nav').first().waitFor({ state: 'attached' })

    // The sign-in proved presence just now, so the most sensitive records need the head's word and nothing else.
    await tryLook(police, '盤查紀錄（最高敏感）')
    expect(await police.locator('.outcome[data-outcome=needs-approval]').innerText()).toContain('由首長核准')
    await police.context().close()
  })

  test('what was asked, shown and approved makes the guide’s measures alive', async () => {
    const ethics = await personAt('ethics')
    const alive = await ethics.evaluate(async () => {
      const guide = (await (await fetch('/api/guide')).json()) as {
        types: { measures: { id: string; state: string; figure: { value: number } | null }[] }[]
      }
      return guide.types.flatMap(({ measures }) => measures).filter(({ state }) => state === 'alive')
    })
    const value = (id: string) => alive.find((each) => each.id === id)?.figure?.value ?? 0
    for (const id of ['T1.1', 'T1.4', 'T4.5']) expect([id, value(id) > 0]).toEqual([id, true])
    await ethics.context().close()
  })
})
