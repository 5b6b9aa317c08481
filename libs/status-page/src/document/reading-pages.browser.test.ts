import type { ServerResponse } from 'node:http'
import { describeReal, startHttp, type HttpServer } from '@akashic/testbed'
import axe from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { renderHistoryPage } from '../incident/history-page.ts'
import { renderIncidentPage } from '../incident/incident-page.ts'
import { renderMaintenancePage } from '../maintenance/maintenance-page.ts'
import { renderStatusPage } from '../page/status-page.ts'
import { attacks } from '../testing/attacks.ts'
import { aComponent, aStatusPage, nowMs } from '../testing/builders.ts'
import { aMaintenance, anIncident, aPastIncident, aSite } from '../testing/words.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { renderProblemPage } from './problem-page.ts'
import { readingPageScript, statusPageScript } from './scripts.ts'

const dayMs = 86_400_000

describeReal('chromium', () => {
  let browser: Browser
  let server: HttpServer
  /** By path. */
  const pages = new Map<string, string>()
  const streams = new Set<ServerResponse>()
  let toldVersion = 3

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
      const url = request.url ?? ''
      const script = [statusPageScript, readingPageScript].find(({ path }) => url === `/${path}`)
      if (script) return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script.content)
      if (url === '/status/stream') {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        streams.add(response)
        return response.write(eventOf('snapshot'))
      }
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy }
      const page = pages.get(url)
      return response.writeHead(page === undefined ? 404 : 200, headers).end(page)
    })
  })
  afterAll(async () => {
    await browser.close()
    await server.stop()
  })
  beforeEach(() => {
    toldVersion = 3
    streams.clear()
  })

  const component = { id: 'web', name: 'Web Application', status: 'operational', since: new Date(nowMs).toISOString() }
  function eventOf(name: string): string {
    const at = new Date(nowMs).toISOString()
    const event = { overall: 'operational', overallSince: at, components: [component], toldVersion, generatedAt: at }
    return `event: ${name}\ndata: ${JSON.stringify(event)}\n\n`
  }

  async function open(
    path: string,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({ timezoneId: 'Asia/Kolkata', locale: 'en-GB', ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(server.url + path)
    return { page, complaints }
  }

  function publishEverything(): void {
    const [site, version] = [aSite(), toldVersion]
    const incidents = [
      anIncident(),
      aPastIncident(2 * dayMs, { id: 'past', postmortem: '# P\n\n## Summary\n\n| a | b |\n|---|---|\n| 1 | 2 |' }),
    ]
    const maintenances = [
      aMaintenance(),
      aMaintenance({ id: 'now', status: 'in_progress', scheduledForMs: nowMs - dayMs }),
    ]
    pages.set('/', renderStatusPage(aStatusPage({ told: { version, incidents, maintenances } })))
    pages.set('/incidents/inc-1', renderIncidentPage({ site, version, incident: incidents[0]! }))
    pages.set('/incidents/past', renderIncidentPage({ site, version, incident: incidents[1]! }))
    pages.set('/maintenances/now', renderMaintenancePage({ site, version, maintenance: maintenances[1]! }))
    pages.set('/history', renderHistoryPage({ site, version, incidents, nextCursor: 'x', isFirst: true, maintenances }))
    pages.set(
      '/nowhere/x',
      renderProblemPage({ title: 'Nothing is here', detail: 'There is no such page.' }, site, '../'),
    )
  }

  test.each(['light', 'dark'] as const)(
    'axe finds nothing on any page in the %s theme, and none is too wide',
    async (colorScheme) => {
      publishEverything()
      for (const path of pages.keys()) {
        for (const width of [390, 1200]) {
          const { page, complaints } = await open(path, { colorScheme, viewport: { width, height: 800 } })
          await page.evaluate(axe.source)
          const found: unknown = await page.evaluate(
            'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
          )
          expect([path, found]).toEqual([path, []])
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
          expect(complaints).toEqual([])
          await page.context().close()
        }
      }
    },
    60_000,
  )

  test.each(['/', '/incidents/inc-1'])('new words appear on the open page %s, where the reader is', async (path) => {
    publishEverything()
    const { page, complaints } = await open(path, { viewport: { width: 390, height: 500 } })
    await page.locator('text=A disk failed.').first().waitFor()
    await page.evaluate('window.isTheSame = true; scrollTo(0, document.body.scrollHeight)')
    const footer = page.locator('footer')
    const before = (await footer.boundingBox())?.y
    toldVersion = 4
    const update = {
      status: 'monitoring' as const,
      body: 'The standby has taken over.',
      publishedAtMs: nowMs,
      changes: [],
    }
    const incident = anIncident({ status: 'monitoring', updates: [update, ...anIncident().updates] })
    const told = { version: 4, incidents: [incident], maintenances: [] }
    pages.set('/', renderStatusPage(aStatusPage({ told })))
    pages.set('/incidents/inc-1', renderIncidentPage({ site: aSite(), version: 4, incident }))
    for (const stream of streams) stream.write(eventOf('status'))
    await page.locator('text=The standby has taken over.').first().waitFor()
    expect(await page.evaluate('window.isTheSame')).toBe(true)
    expect(await page.locator('#news').innerText()).toContain('The standby has taken over.')
    if (path !== '/') expect(Math.abs(((await footer.boundingBox())?.y ?? 0) - (before ?? 0))).toBeLessThan(5)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('new words above the reader move neither what they look at nor their focus', async () => {
    publishEverything()
    const components = Array.from({ length: 12 }, (_, index) => aComponent({ id: `c${index}`, name: `Part ${index}` }))
    const told = { version: 3, incidents: [anIncident()], maintenances: [] }
    pages.set('/', renderStatusPage(aStatusPage({ components, told })))
    const { page } = await open('/', { viewport: { width: 390, height: 600 } })
    await page.locator('h3 a', { hasText: 'Payments' }).focus()
    await page.evaluate("document.querySelector('#c-c4').scrollIntoView()")
    const row = page.locator('#c-c4')
    const before = (await row.boundingBox())?.y
    toldVersion = 4
    const update = { status: 'monitoring' as const, body: 'Long words. '.repeat(80), publishedAtMs: nowMs, changes: [] }
    const incident = anIncident({ updates: [update, ...anIncident().updates] })
    pages.set('/', renderStatusPage(aStatusPage({ components, told: { ...told, version: 4, incidents: [incident] } })))
    for (const stream of streams) stream.write(eventOf('status'))
    await page.locator('.said', { hasText: 'Long words.' }).waitFor()
    expect(Math.abs(((await row.boundingBox())?.y ?? 0) - (before ?? 0))).toBeLessThan(2)
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Payments fail for some')
    await page.context().close()
  })

  test('the keyboard leads from the status page to an incident and back', async () => {
    publishEverything()
    const { page } = await open('/')
    for (let tabs = 0; tabs < 20; tabs++) {
      await page.keyboard.press('Tab')
      if ((await page.evaluate('document.activeElement.textContent')) === 'Payments fail for some') break
    }
    await page.keyboard.press('Enter')
    await page.waitForURL('**/incidents/inc-1')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('.banner').waitFor()
    await page.context().close()
  })

  test('a page that could not be read looks again by itself, and one that is not there does not', async () => {
    pages.set('/nowhere/x', renderProblemPage({ title: 'Gone', detail: '', retryAfterS: 10 }, aSite(), '../'))
    pages.set('/nowhere/y', renderProblemPage({ title: 'Nothing', detail: '' }, aSite(), '../'))
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.clock.install()
    for (const [path, isBack] of [
      ['/nowhere/x', true],
      ['/nowhere/y', false],
    ] as const) {
      await page.goto(server.url + path)
      await page.locator('#zone', { hasText: 'your time zone' }).waitFor()
      pages.set(path, renderProblemPage({ title: 'It is back', detail: '' }, aSite(), '../'))
      await page.clock.runFor(60_000)
      if (isBack) await page.locator('h1', { hasText: 'It is back' }).waitFor()
      else expect(await page.locator('h1').innerText()).toBe('Nothing')
    }
    expect(streams.size).toBe(0)
    await context.close()
  })

  test('without scripts everything can be read, in UTC', async () => {
    publishEverything()
    const { page } = await open('/incidents/inc-1', { javaScriptEnabled: false })
    expect(await page.locator('h1').innerText()).toBe('Payments fail for some')
    expect(await page.locator('.update').first().innerText()).toContain('14:22 UTC')
    await page.context().close()
  })

  test('nothing that anybody wrote runs, loads or leaves its place on any page', async () => {
    const loaded: string[] = []
    const context = await browser.newContext()
    await context.exposeFunction('alert', () => loaded.push('a script ran'))
    await context.route(/.*/, (route) => {
      const url = route.request().url()
      if (url.startsWith(server.url)) return route.continue()
      loaded.push(url)
      return route.abort()
    })
    const page = await context.newPage()
    const [site, version] = [aSite(), 3]
    const title = attacks.slice(0, 3).join(' ')
    const body = attacks.join('\n\n').slice(0, 20_000)
    const update = { status: 'identified' as const, body, publishedAtMs: nowMs, changes: [] }
    const incident = anIncident({ title, updates: [update], postmortem: body })
    const maintenance = aMaintenance({ title, body, updates: [{ body, publishedAtMs: nowMs }] })
    const told = { version, incidents: [incident], maintenances: [maintenance] }
    pages.set('/', renderStatusPage(aStatusPage({ components: [aComponent()], told })))
    pages.set('/incidents/inc-1', renderIncidentPage({ site, version, incident }))
    pages.set('/maintenances/now', renderMaintenancePage({ site, version, maintenance }))
    pages.set(
      '/history',
      renderHistoryPage({ site, version, incidents: [incident], isFirst: true, maintenances: [maintenance] }),
    )
    for (const path of ['/', '/incidents/inc-1', '/maintenances/now', '/history']) {
      await page.goto(server.url + path)
      const found: unknown = await page.evaluate(`[...document.querySelectorAll('main *')]
        .filter((part) => part.matches('script, img, iframe, object, embed, form, input:not([type=range]), style, [onerror], [onload]')).map((part) => part.outerHTML)`)
      expect([path, found]).toEqual([path, []])
      expect(
        await page.evaluate(
          `[...document.querySelectorAll('a')].map((a) => a.protocol).filter((p) => !['http:', 'https:', 'mailto:'].includes(p))`,
        ),
      ).toEqual([])
    }
    expect(loaded).toEqual([])
    await context.close()
  })
})
