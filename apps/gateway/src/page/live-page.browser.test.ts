import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  describeReal,
  eventually,
  freePort,
  startHttp,
  testDatabase,
  type HttpServer,
  type TestDatabase,
} from '@akashic/testbed'
import { chromium, type Browser } from 'playwright-core'

/** Three times what a check of 2 s with a timeout of 1 s and three attempts needs. */
const verdictMs = 20_000
const root = new URL('../../../..', import.meta.url).pathname

describeReal('chromium', () => {
  let folder: string
  let database: TestDatabase
  let watched: HttpServer
  let steady: HttpServer
  let product: ChildProcess
  let url: string
  let browser: Browser
  let said = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'akashic-page-'))
    database = await testDatabase()
    watched = await startHttp((_, response) => response.end('well'))
    steady = await startHttp((_, response) => response.end('well'))
    const [port, adminPort] = [await freePort(), await freePort()]
    url = `http://127.0.0.1:${port}`
    const config = join(folder, 'akashic.yaml')
    await writeFile(config, configOf(watched.port, steady.port))
    product = spawn(process.execPath, ['apps/standalone/src/main.ts'], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        AKASHIC_CONFIG: config,
        AKASHIC_DATA_DIR: join(folder, 'data'),
        DATABASE_URL: database.url,
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const output of [product.stdout, product.stderr]) output?.on('data', (text) => (said += String(text)))
    await eventually(async () => {
      const { overall } = (await (await fetch(`${url}/status`)).json()) as { overall: string }
      if (overall !== 'operational') throw new Error(`the status is ${overall}`)
    }, 30_000).catch((error: unknown) => {
      throw new Error(`the product did not come up: ${said}`, { cause: error })
    })
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    })
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    if (product.exitCode === null) {
      const ended = new Promise((resolve) => product.once('exit', resolve))
      product.kill('SIGTERM')
      await ended
    }
    await watched.stop()
    await steady.stop()
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('a service that stops turns red on the open page, and green again once it is back', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } })
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(url)
    await page.locator('.live', { hasText: 'Live' }).waitFor()
    expect(await page.locator('h1').innerText()).toBe('All systems operational')
    const height = await page.evaluate('document.body.scrollHeight')

    const { port } = watched
    await watched.stop()
    await page.locator('#c-web.outage').waitFor({ timeout: verdictMs })
    await page.locator('#c-shop.outage').waitFor({ timeout: verdictMs })
    expect(await page.locator('#c-web .state').innerText()).toBe('Outage')
    expect(await page.locator('#c-web .trouble').innerText()).toMatch(/^Connection refused, since /)
    expect(await page.locator('#c-shop .trouble').innerText()).toContain('because of Web Application')
    await page.locator('h1', { hasText: 'Web Application is down' }).waitFor()
    expect(await page.locator('#c-steady .state').innerText()).toBe('Operational')
    expect(await page.evaluate('document.body.scrollHeight')).toBe(height)

    watched = await startHttp((_, response) => response.end('well'), { port })
    await page.locator('#c-web.operational').waitFor({ timeout: verdictMs })
    await page.locator('h1', { hasText: 'All systems operational' }).waitFor({ timeout: verdictMs })
    expect(complaints).toEqual([])
  }, 90_000)

  test('a reader without scripts is told the same', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false })
    await page.goto(url)
    expect(await page.locator('h1').innerText()).toBe('All systems operational')
    expect(await page.locator('#c-web .state').innerText()).toBe('Operational')
    expect(await page.locator('#c-web .bars').getAttribute('aria-label')).toBe('Last 90 days')
    expect(await page.content()).not.toContain('Ledger of secrets')
  })
})

function configOf(port: number, steadyPort: number): string {
  const checkOf = (at: number) => `{ kind: http, url: 'http://127.0.0.1:${at}/', interval: 2s, timeout: 1s }`
  const own = `{ kind: tcp, host: 127.0.0.1, port: ${port}, interval: 2s, timeout: 1s }`
  return `page: { title: Acme }
components:
  - { id: web, name: Web Application, critical: true, checks: [${checkOf(port)}] }
  - { id: shop, name: Checkout, dependsOn: [web], checks: [${own}] }
  - { id: steady, name: Clock, checks: [${checkOf(steadyPort)}] }
  - { id: ledger, name: Ledger of secrets, visibility: internal, checks: [${own}] }
`
}
