import { OpsError } from '@akashic/shared/errors'
import { describeReal } from '@akashic/testbed'
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'
import { aLinkedPage, token } from './a-linked-page.ts'

const phone = { viewport: { width: 390, height: 600 }, hasTouch: true, isMobile: true }

describeReal('chromium', () => {
  let browser: Browser
  let gateway: StartedGateway
  let answered: string[]

  beforeAll(async () => {
    gateway = await startGateway()
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    })
  })
  afterAll(async () => {
    await browser.close()
    await gateway.stop()
  })
  beforeEach(() => {
    answered = []
    let linked = aLinkedPage({ dueAtMs: Date.now() + 300_000 })
    gateway.onCall.scripts = {
      readPageByLink: async () => ({ linked }),
      answerPageByLink: async ({ answer, forMs }) => {
        answered.push(`${answer} ${forMs}`)
        const state = answer === 'acknowledge' ? 'acknowledged' : 'snoozed'
        linked = aLinkedPage({ state, acknowledgedBy: 'Ada Lovelace', dueAtMs: Date.now() + forMs })
        return { linked }
      },
    }
  })

  async function follow(options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ ...phone, ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${gateway.url}/page/${token}`)
    return { page, complaints }
  }

  test.each([true, false])(
    'two taps acknowledge: the link and the button (scripts run: %p)',
    async (javaScriptEnabled) => {
      const { page, complaints } = await follow({ javaScriptEnabled })
      expect(answered).toEqual([])
      await page.getByRole('button', { name: 'Acknowledge' }).tap()
      await page.getByText('Ada Lovelace acknowledged it.').waitFor()
      expect(answered).toEqual(['acknowledge 0'])
      expect(new URL(page.url()).pathname).toBe(`/page/${token}`)
      expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0)
      // The page is what the answer led to: it is read again without answering again.
      await page.reload()
      await page.getByText('Ada Lovelace acknowledged it.').waitFor()
      expect(answered).toHaveLength(1)
      expect(complaints).toEqual([])
      await page.context().close()
    },
  )

  test('a snooze is one tap too, and can be acknowledged after all', async () => {
    const { page } = await follow({ javaScriptEnabled: false })
    await page.getByRole('button', { name: 'Snooze 15 min' }).tap()
    await page.getByText('It is snoozed. It calls again at').waitFor()
    await page.getByRole('button', { name: 'Acknowledge' }).tap()
    await page.getByText('Ada Lovelace acknowledged it.').waitFor()
    expect(answered).toEqual(['snooze 900000', 'acknowledge 0'])
    await page.context().close()
  })

  test('a link that is forged or has expired is told in words and in style, also where it answers', async () => {
    const { page, complaints } = await follow()
    const refuse = async (): Promise<never> => {
      throw new OpsError('unauthenticated', 'This link has expired.')
    }
    gateway.onCall.scripts = { readPageByLink: refuse, answerPageByLink: refuse }
    for (const act of [() => page.getByRole('button', { name: 'Acknowledge' }).tap(), () => page.goBack()]) {
      await act()
      await page.getByRole('heading', { name: 'This link cannot be used' }).waitFor()
      await page.getByText('This link has expired.').waitFor()
      await page.getByText('Times are in your time zone.').waitFor()
      expect(await page.evaluate("getComputedStyle(document.querySelector('.subject')).borderLeftWidth")).toBe('6px')
    }
    // The browser says itself that the answer was 403.
    expect(complaints.filter((text) => !text.includes('403'))).toEqual([])
    await page.context().close()
  })
})
