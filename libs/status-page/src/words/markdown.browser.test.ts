import { describeReal, startHttp, type HttpServer } from '@akashic/testbed'
import { chromium, type Browser } from 'playwright-core'
import { attacks } from '../testing/attacks.ts'
import { renderMarkdown } from './markdown.ts'

describeReal('chromium', () => {
  let browser: Browser
  let server: HttpServer
  let words: string

  beforeAll(async () => {
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ]
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
    // No policy: the words alone must be harmless, since mails and feed readers have none.
    server = await startHttp((_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(`<!doctype html><title>x</title><article><div id="words">${renderMarkdown(words)}</div></article>`)
    })
  })
  afterAll(async () => {
    await browser.close()
    await server.stop()
  })

  test('no attack runs a script, loads anything or links to anything but whole addresses', async () => {
    const page = await browser.newPage()
    const ran: string[] = []
    const loaded: string[] = []
    page.on('dialog', (dialog) => {
      ran.push(words)
      void dialog.dismiss()
    })
    page.on('request', (request) => loaded.push(request.url()))
    for (const attack of attacks) {
      words = attack
      await page.goto(server.url)
      await page.evaluate(`document.querySelectorAll('#words *').forEach((part) => {
        for (const name of ['mouseover', 'focus', 'error', 'load']) part.dispatchEvent(new Event(name))
      })`)
      const found: unknown = await page.evaluate(`[...document.querySelectorAll('*')].flatMap((part) => [
        ...(part.matches('html,head,title,body,article,#words,p,br,h4,strong,em,code,pre,blockquote,ul,li,a,table,thead,tbody,tr,th,td') ? [] : [part.outerHTML]),
        ...(part.matches('a') && !['http:', 'https:', 'mailto:'].includes(part.protocol) ? [part.href] : []),
        ...part.getAttributeNames().filter((name) => !['id', 'href', 'rel', 'title'].includes(name)),
      ])`)
      expect([attack, found]).toEqual([attack, []])
      expect(await page.locator('article > #words').count()).toBe(1)
    }
    expect(ran).toEqual([])
    expect(loaded.filter((url) => !/^http:\/\/127\.0\.0\.1:\d+\/(favicon\.ico)?$/.test(url))).toEqual([])
    await page.close()
  })
})
