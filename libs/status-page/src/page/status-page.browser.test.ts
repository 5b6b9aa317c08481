import type { ServerResponse } from 'node:http'
import { describeReal, eventually, startHttp, type HttpServer } from '@akashic/testbed'
import axe from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { contentSecurityPolicy } from '../document/content-security-policy.ts'
import type { StatusPageModel } from '../model.ts'
import { statusPageScript } from '../document/scripts.ts'
import { renderStatusPage } from './status-page.ts'
import type { StatusStreamEvent, StreamComponent } from '../stream-event.ts'
import { aComponent, aStatusPage, days, mixedDays, nowMs } from '../testing/builders.ts'

const minuteMs = 60_000

describeReal('chromium', () => {
  let browser: Browser
  let server: HttpServer
  let model: StatusPageModel
  let firstEvent: StatusStreamEvent | undefined
  const streams = new Set<ServerResponse>()

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
      if (request.url === '/status/stream') {
        response.writeHead(firstEvent ? 200 : 503, { 'content-type': 'text/event-stream' })
        if (!firstEvent) return response.end()
        streams.add(response)
        return send('snapshot', firstEvent, response)
      }
      if (request.url === `/${statusPageScript.path}`) {
        return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(statusPageScript.content)
      }
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy }
      response.writeHead(200, headers).end(renderStatusPage(model))
    })
  })
  afterAll(async () => {
    await browser.close()
    await server.stop()
  })
  beforeEach(() => {
    model = aStatusPage()
    firstEvent = undefined
    streams.clear()
  })

  function send(name: string, event: StatusStreamEvent | object, to?: ServerResponse): void {
    for (const stream of to ? [to] : streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`)
  }

  /** Opens the page; `complaints` gathers what the browser's console says of it. */
  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({ timezoneId: 'Asia/Kolkata', locale: 'en-GB', ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(server.url)
    return { page, complaints }
  }

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    test.each([390, 1200])('axe finds nothing in any state at %i px', async (width) => {
      for (const shown of everyState()) {
        model = shown
        const { page } = await open({ colorScheme, viewport: { width, height: 800 } })
        await page.evaluate(axe.source)
        const found: unknown = await page.evaluate(
          'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
        )
        expect(found).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
        await page.context().close()
      }
    })
  })

  test('a check that goes red while the page is open turns its row and the banner red, and moves nothing', async () => {
    const names = { web: 'Web Application', shop: 'Checkout', db: 'Database' }
    const ids = ['web', 'shop', 'db'] as const
    model = aStatusPage({ components: ids.map((id) => aComponent({ id, name: names[id] })) })
    firstEvent = picture(
      'operational',
      ids.map((id) => streamed(id, names[id])),
    )
    for (const width of [390, 1200]) {
      const { page, complaints } = await open({ viewport: { width, height: 800 } })
      await page.locator('.live', { hasText: 'Live' }).waitFor()
      const before = await places(page)
      const down = { status: 'outage', responseTimeMs: null } as const
      const changed = [
        { ...streamed('shop', 'Checkout'), ...down, error: 'timed out after 5 s', causedBy: 'db' },
        { ...streamed('db', 'Database'), ...down, error: 'connection refused' },
      ]
      send('status', picture('outage', changed))
      await page.locator('#c-db.outage').waitFor()
      expect(await page.locator('#c-db .state').innerText()).toBe('Outage')
      expect(await page.locator('#c-db .trouble').innerText()).toMatch(/^Connection refused, since .*\d\d:\d\d$/)
      expect(await page.locator('#c-shop .trouble').innerText()).toMatch(
        /^Timed out after 5 s, because of Database, since/,
      )
      expect(await page.locator('h1').innerText()).toBe('Database is down')
      expect(await page.locator('.note').innerText()).toBe('Checkout is down because of it.')
      expect(await page.locator('#c-web .state').innerText()).toBe('Operational')
      expect(await page.title()).toBe('Outage · Acme')
      expect(await page.locator('link[rel=icon]').getAttribute('href')).toContain('%23cf222e')
      expect(await places(page)).toEqual(before)
      expect(complaints).toEqual([])
      await page.context().close()
    }
  })

  test('an incident that is told while the page is open takes its green, and gives it back', async () => {
    firstEvent = picture('operational', [streamed('web', 'Web Application')])
    const { page, complaints } = await open()
    await page.locator('.live', { hasText: 'Live' }).waitFor()
    const startedAt = new Date(nowMs - 42 * minuteMs).toISOString()
    const incident = { title: 'Payments <b>fail</b>', status: 'identified', impact: 'major', startedAt } as const
    send('status', { ...picture('operational', []), activeIncidents: [incident] })
    await page.locator('h1', { hasText: 'Payments <b>fail</b>' }).waitFor()
    expect(await page.locator('.banner.degraded .note').innerText()).toBe('Our checks see no fault.')
    expect(await page.locator('.since time').getAttribute('datetime')).toBe(startedAt)
    send('status', { ...picture('operational', []), activeIncidents: [] })
    await page.locator('.banner.operational h1', { hasText: 'All systems operational' }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a page whose stream says that it is stale says so, and takes it back', async () => {
    firstEvent = { ...picture('operational', [streamed('web', 'Web Application')]), stale: true, ageMs: 5 * minuteMs }
    const { page } = await open()
    await page.locator('h1', { hasText: 'Last known: all systems operational' }).waitFor()
    expect(await page.locator('.live').innerText()).toBe('Not live')
    send('status', picture('operational', []))
    await page.locator('h1', { hasText: /^All systems operational$/ }).waitFor()
    expect(await page.locator('.live').innerText()).toBe('Live')
    await page.context().close()
  })

  test('a page that hears nothing more stops calling itself live, and is live again after the next word', async () => {
    firstEvent = picture('operational', [streamed('web', 'Web Application')])
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.clock.install()
    await page.goto(server.url)
    await page.locator('.live', { hasText: 'Live' }).waitFor()
    firstEvent = undefined
    await page.clock.runFor(60_000)
    await page.locator('h1', { hasText: 'Last known' }).waitFor()
    expect(await page.locator('.live').innerText()).toBe('Not live')
    firstEvent = picture('operational', [streamed('web', 'Web Application')])
    await eventually(async () => {
      await page.clock.runFor(30_000)
      expect(await page.locator('.live').innerText()).toBe('Live')
    }, 10_000)
    expect(await page.locator('h1').innerText()).toBe('All systems operational')
    await context.close()
  })

  test('a page whose components are no longer the right ones loads itself anew', async () => {
    firstEvent = picture('operational', [streamed('web', 'Web Application'), streamed('db', 'Database')])
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.clock.install()
    await page.goto(server.url)
    await page.locator('.live', { hasText: 'Live' }).waitFor()
    model = aStatusPage({ components: [aComponent(), aComponent({ id: 'db', name: 'Database' })] })
    await page.clock.runFor(75_000)
    await page.locator('#c-db').waitFor()
    await context.close()
  })

  test('the bars follow a change, and a list that was opened stays open', async () => {
    model = aStatusPage({ components: [aComponent({ days: days({ 70: { outageMs: minuteMs } }) })] })
    firstEvent = picture('operational', [streamed('web', 'Web Application')])
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.clock.install()
    await page.goto(server.url)
    await page.locator('.live', { hasText: 'Live' }).waitFor()
    await page.locator('summary').click()
    model = aStatusPage({
      components: [aComponent({ days: days({ 70: { outageMs: minuteMs }, 89: { outageMs: 5 * minuteMs } }) })],
    })
    send('status', picture('outage', [{ ...streamed('web', 'Web Application'), status: 'outage' }]))
    await page.locator('#c-web.outage').waitFor()
    await page.clock.runFor(16_000)
    await page.locator('details[open] li', { hasText: 'down 5 min' }).waitFor()
    expect(await page.locator('.bars .outage').getAttribute('d')).toBe('M70 1h1m18 0h1')
    await context.close()
  })

  test('a bar tells its day under the pointer and to the arrow keys', async () => {
    model = aStatusPage({ components: [aComponent({ days: days({ 88: { outageMs: 14 * minuteMs } }) })] })
    const { page } = await open()
    const bars = page.locator('.days')
    const box = await bars.boundingBox()
    await page.mouse.move((box?.x ?? 0) + ((box?.width ?? 0) * 88.5) / 90, (box?.y ?? 0) + 10)
    expect(await page.locator('.tip').innerText()).toBe('Sun 22 Nov\ndown 14 min')
    const slider = page.getByRole('slider', { name: 'Web Application, day by day' })
    await slider.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    expect(await slider.getAttribute('aria-valuetext')).toBe('Sun 22 Nov: down 14 min')
    await page.keyboard.press('ArrowLeft')
    expect(await slider.getAttribute('aria-valuetext')).toBe('Sat 21 Nov: No trouble')
    await page.context().close()
  })

  test('times are UTC without scripts and the reader’s own with them', async () => {
    const down = aComponent({ status: 'outage', sinceMs: nowMs - 27 * minuteMs })
    model = aStatusPage({ overall: 'outage', components: [down] })
    const plain = await open({ javaScriptEnabled: false })
    expect(await plain.page.locator('.trouble time').innerText()).toBe('14:03 UTC')
    const scripted = await open()
    expect(await scripted.page.locator('.trouble time').innerText()).toContain('19:33')
    expect(await scripted.page.locator('.trouble time').getAttribute('title')).toContain('14:03:00 GMT')
    await plain.page.context().close()
    await scripted.page.context().close()
  })
})

function everyState(): StatusPageModel[] {
  const statuses = ['operational', 'degraded', 'partial_outage', 'outage', 'maintenance', 'unknown'] as const
  const components = statuses.map((status, index) =>
    aComponent({
      id: status,
      name: `Part ${index}`,
      group: index < 3 ? 'Product' : 'Data',
      status,
      days: mixedDays(index + 1),
      error: status === 'outage' ? 'connection refused' : undefined,
    }),
  )
  const flapping = aComponent({ status: 'degraded', flappingSinceMs: nowMs - minuteMs })
  const nothing = aComponent({
    status: 'unknown',
    uptime90d: null,
    days: [],
    responseTimes: [],
    responseTimeMs: undefined,
  })
  return [
    aStatusPage({ page: { title: 'Acme', url: 'https://acme.example' } }),
    ...(['degraded', 'outage', 'unknown'] as const).map((overall) => aStatusPage({ overall, components })),
    aStatusPage({ isBlind: true, overall: 'unknown', components }),
    aStatusPage({ staleForMs: 9 * minuteMs, components: [flapping, nothing] }),
    aStatusPage({ overall: 'unknown', components: [] }),
  ]
}

function streamed(id: string, name: string): StreamComponent {
  const since = new Date(nowMs).toISOString()
  return { id, name, status: 'operational', since, responseTimeMs: 90, lastChecked: since }
}

function picture(overall: StatusStreamEvent['overall'], components: readonly StreamComponent[]): StatusStreamEvent {
  const at = new Date(nowMs).toISOString()
  return { overall, overallSince: at, isBlind: false, components, generatedAt: at }
}

/** Where every part of the page is, and how high: text may grow wider, but nothing moves. */
async function places(page: Page): Promise<unknown> {
  const parts = 'header, .banner, h1, h2, h3, .component, .state, .bars, .foot, footer'
  const place = '({ y, height }) => [y, height]'
  return page.evaluate(
    `[...document.querySelectorAll('${parts}')].map((part) => (${place})(part.getBoundingClientRect()))`,
  )
}
