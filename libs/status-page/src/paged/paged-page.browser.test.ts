import { describeReal, startHttp, type HttpServer } from '@akashic/testbed'
import axe from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { pagedSecurityPolicy } from '../document/content-security-policy.ts'
import { readingPageScript } from '../document/scripts.ts'
import { attacks } from '../testing/attacks.ts'
import { nowMs } from '../testing/builders.ts'
import { aSite } from '../testing/words.ts'
import { aPagedPage, inEveryState } from './a-paged-page.ts'
import { renderPagedPage, type PagedModel } from './paged-page.ts'

/** What a small phone shows while the browser's bars are there. */
const phone = { viewport: { width: 390, height: 600 }, hasTouch: true, isMobile: true }
const leastTouchPx = 44

describeReal('chromium', () => {
  let browser: Browser
  let server: HttpServer
  let shown: PagedModel
  let asked: string[]

  beforeAll(async () => {
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ]
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
    server = await startHttp((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      if (request.url === `/${readingPageScript.path}`) {
        return response.writeHead(200, { 'content-type': 'text/javascript' }).end(readingPageScript.content)
      }
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagedSecurityPolicy }
      return response.writeHead(200, headers).end(renderPagedPage(shown, aSite()))
    })
  })
  afterAll(async () => {
    await browser.close()
    await server.stop()
  })
  beforeEach(() => {
    asked = []
    shown = aPagedPage()
  })

  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({ timezoneId: 'Asia/Kolkata', locale: 'en-GB', ...phone, ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`))
    await page.goto(`${server.url}/page/token`)
    return { page, complaints }
  }

  test.each(['light', 'dark'] as const)(
    'in every state axe finds nothing in the %s theme, nothing is too wide, and every button is found by a thumb',
    async (colorScheme) => {
      for (const model of inEveryState()) {
        shown = model
        const { page, complaints } = await open({ colorScheme })
        await page.evaluate(axe.source)
        const found: unknown = await page.evaluate(
          'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
        )
        expect([model.state, found]).toEqual([model.state, []])
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
        for (const button of await page.getByRole('button').all()) {
          const { width, height } = (await button.boundingBox())!
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(leastTouchPx)
        }
        expect(complaints).toEqual([])
        await page.context().close()
      }
    },
    60_000,
  )

  test.each([
    ['few', 'Payments fail'],
    ['200 letters of', 'Payments that go through the European gateway fail for some people. '.repeat(4).slice(0, 200)],
    ['one endless', 'x'.repeat(200)],
  ])('Acknowledge is seen without scrolling, under a title of %s words', async (_, title) => {
    shown = aPagedPage({ title })
    const { page } = await open()
    const { x, y, width, height } = (await page.getByRole('button', { name: 'Acknowledge' }).boundingBox())!
    expect(y + height).toBeLessThanOrEqual(phone.viewport.height)
    expect(width).toBeGreaterThan(350)
    expect(await page.evaluate(`document.elementFromPoint(${x + width / 2}, ${y + height / 2}).textContent`)).toBe(
      'Acknowledge',
    )
    await page.context().close()
  })

  test('times are told in the time of who is called', async () => {
    const { page } = await open()
    expect(await page.locator('.stands time').innerText()).toMatch(/20:03/)
    expect(await page.locator('#zone').innerText()).toBe('Times are in your time zone.')
    await page.context().close()
  })

  test('words that others wrote run nothing and load nothing', async () => {
    const text = attacks.join(' ')
    const components = [{ name: text, status: 'outage', isRoot: true, isRecovered: false } as const]
    const names = { personName: text, acknowledgedBy: text, severity: text }
    shown = aPagedPage({ title: text, state: 'acknowledged', ...names, components, entries: [{ atMs: nowMs, text }] })
    const { page, complaints } = await open()
    expect(await page.locator('h1').textContent()).toBe(text)
    expect(await page.locator('main script, main img, main iframe, main style, main a').count()).toBe(0)
    expect(await page.locator('form').count()).toBe(3)
    expect(asked).toEqual(['GET /page/token', `GET /${readingPageScript.path}`])
    expect(complaints).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await page.context().close()
  })
})
