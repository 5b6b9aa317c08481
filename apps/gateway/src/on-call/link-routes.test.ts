import type { AnswerPageByLinkRequest, ReadPageByLinkRequest } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import type { ErrorCode } from '@akashic/shared/errors'
import { pino } from 'pino'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'
import { aLinkedPage, token } from './a-linked-page.ts'

const logged: string[] = []
const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) })
const path = `/page/${token}`

let gateway: StartedGateway
let read: ReadPageByLinkRequest[]
let answered: AnswerPageByLinkRequest[]
beforeAll(async () => {
  gateway = await startGateway({ log })
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  ;[read, answered] = [[], []]
  gateway.onCall.scripts = {
    readPageByLink: async (request) => (read.push(request), { linked: aLinkedPage() }),
    answerPageByLink: async (request) => (answered.push(request), { linked: aLinkedPage() }),
  }
})

/** Has both methods fail. */
const fail = (error: Error) => {
  const throwIt = async (): Promise<never> => {
    throw error
  }
  gateway.onCall.scripts = { readPageByLink: throwIt, answerPageByLink: throwIt }
}

/** What a reader sees, on one line. */
const wordsOf = (page: string) =>
  page
    .replace(/<(style|script|title)[^>]*>.*?<\/\1>|<svg.*?<\/svg>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const post = async (answer: string, headers: Record<string, string> = form) =>
  gateway.call('POST', `${path}/${answer}`, { headers, body: '' })

test.each(['GET', 'HEAD'])('%s shows the page and answers nothing, whatever was put onto the link', async (method) => {
  const shown = await gateway.call(method, `${path}?utm_source=mail`)
  expect(shown.status).toBe(200)
  expect(read).toEqual([{ token }])
  expect(answered).toEqual([])
  if (method === 'HEAD') return expect(shown.text).toBe('')
  expect(wordsOf(shown.text)).toContain('SEV-1 · Investigating · since')
  expect(wordsOf(shown.text)).toContain('Checkout is down Nobody has acknowledged it yet.')
  expect(wordsOf(shown.text)).toContain('You answer as Ada Lovelace.')
})

test('the page is kept by nobody, found by no search engine, and no other site frames it or learns its address', async () => {
  for (const { headers } of [await gateway.call('GET', path), await post('acknowledge')]) {
    expect(Object.fromEntries(headers)).toMatchObject({
      ...{ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' },
      'x-content-type-options': 'nosniff',
    })
    const policy = headers.get('content-security-policy')!.split('; ')
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]),
    )
    expect(policy.join()).not.toMatch(/unsafe|https?:|\*/)
  }
})

test.each([
  ['acknowledge', 'acknowledge', 0],
  ['escalate', 'escalate', 0],
  ['snooze-15m', 'snooze', 900_000],
  ['snooze-1h', 'snooze', 3_600_000],
])('the empty form that is posted to %s answers once and leads back to the page', async (place, answer, forMs) => {
  const { status, headers } = await post(place)
  expect(status).toBe(303)
  expect(new URL(headers.get('location')!, `${gateway.url}${path}/${place}`).pathname).toBe(path)
  expect(answered).toEqual([{ token, answer, forMs }])
  expect(read).toEqual([])
})

test('an answer needs neither a key nor a content type, and there are no others', async () => {
  const bare = await fetch(`${gateway.url}${path}/acknowledge`, { method: 'POST', redirect: 'manual' })
  expect(bare.status).toBe(303)
  expect((await post('resolve')).status).toBe(400)
  expect((await gateway.call('GET', `${path}/acknowledge`)).status).toBe(405)
  expect((await gateway.call('HEAD', `${path}/acknowledge`)).status).toBe(405)
  expect((await gateway.call('POST', path, { headers: form, body: '' })).status).toBe(405)
  expect(answered).toHaveLength(1)
})

test('the page tells who was called and who answered, and what comes next', async () => {
  const at = (minutes: number) => Date.now() + minutes * 60_000
  const entries = [
    { atMs: at(-9), kind: 'opened', person: '', detail: '' },
    { atMs: at(-8), kind: 'called', person: 'Grace Hopper', detail: '' },
    { atMs: at(-4), kind: 'escalated', person: 'Grace Hopper', detail: '' },
    { atMs: at(-3), kind: 'snoozed', person: 'Ada Lovelace', detail: 'until 03:12 UTC' },
  ]
  const linked = aLinkedPage({ state: 'snoozed', dueAtMs: at(12), entries })
  gateway.onCall.scripts.readPageByLink = async () => ({ linked })
  const { text } = await gateway.call('GET', path)
  expect(wordsOf(text)).toMatch(/It is snoozed\. It calls again at .*\d\d:\d\d UTC/)
  const past = wordsOf(text).slice(wordsOf(text).indexOf('So far'))
  expect(past).toMatch(
    /So far Grace Hopper was called .* Grace Hopper escalated .* Ada Lovelace snoozed it until 03:12 UTC/,
  )
  const alerts = aLinkedPage({ incidentId: '' }, { incidentStatus: '', severity: '', components: [] })
  gateway.onCall.scripts.readPageByLink = async () => ({ linked: alerts })
  expect(wordsOf((await gateway.call('GET', path)).text)).not.toContain('What is wrong')
})

const failures: [ErrorCode, string, number, string][] = [
  ['unauthenticated', 'This link is not one of ours.', 403, 'This link cannot be used This link is not one of ours.'],
  ['unauthenticated', 'This link has expired.', 403, 'This link cannot be used This link has expired.'],
  ['not_found', 'This page is kept no more.', 404, 'Nothing to answer This page is kept no more.'],
  ['unavailable', 'status cannot be reached', 503, 'Not now The page cannot be read right now.'],
]
test.each(failures)('%s (%s) is a page with %i that says so', async (code, message, status, words) => {
  fail(new OpsError(code, message))
  for (const [answer, at] of [
    [await gateway.call('GET', path), path],
    [await post('acknowledge'), `${path}/acknowledge`],
  ] as const) {
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(wordsOf(answer.text)).toContain(words)
    const script = /<script src="([^"]+)"/.exec(answer.text)![1]!
    expect((await fetch(new URL(script, gateway.url + at))).status).toBe(200)
    const home = /<p class="back"><a href="([^"]+)"/.exec(answer.text)![1]!
    expect(new URL(home, gateway.url + at).pathname).toBe('/')
  }
})

test('the token is in no log, no measure and no error, whatever goes wrong', async () => {
  const requests = async () => {
    const answers = [await gateway.call('GET', path), await post('acknowledge')]
    answers.push(await post('resolve'), await post('acknowledge', { 'content-type': 'text/plain' }))
    answers.push(await gateway.call('POST', `${path}/acknowledge`, { headers: form, body: 'a=b' }))
    answers.push(await gateway.call('GET', `${path}/`), await gateway.call('GET', `${path}%zz`))
    answers.push(await gateway.call('GET', `${path}${'x'.repeat(200)}`), await gateway.call('PUT', path))
    return answers.filter(({ status }) => status >= 400)
  }
  const refused = await requests()
  const codes: ErrorCode[] = ['unauthenticated', 'not_found', 'unavailable', 'internal', 'permission_denied']
  for (const code of codes) {
    fail(new OpsError(code, 'No.'))
    refused.push(...(await requests()))
  }
  fail(new Error('a fault of our own'))
  refused.push(...(await requests()))
  expect(logged.join('')).toContain('a request failed')
  expect(logged.join('')).toContain('a fault of our own')
  expect(logged.filter((line) => line.includes(token))).toEqual([])
  expect(await gateway.platform.metrics.metrics()).not.toContain(token)
  for (const { text } of refused) expect(text).not.toContain(token)
})
