import type { FakeSlack } from '@akashic/testbed'
import { request } from 'undici'
import { startFloor, stopChild, type Product } from './product.ts'

const incidents = 200
const perSecond = 10
const warming = 20
/** Id of the channel that the fake has. */
export const slackChannel = 'C0000000001'

export interface SlackLatency {
  /** From POST to the message's arrival. */
  readonly oursMs: readonly number[]
  /** The same of a bare row, job and call. */
  readonly bareMs: readonly number[]
  /** One call of Slack until it is answered. */
  readonly callMs: readonly number[]
}

/** 200 incidents at 10 a second. The fake of Slack runs in this process: both times are of one clock. */
export async function measureSlack(slack: FakeSlack, product: Product, databaseUrl: string): Promise<SlackLatency> {
  const ours: Target = {
    url: `${product.url}/api/v1/incidents`,
    headers: { authorization: `Bearer ${product.adminKey}` },
  }
  await post(ours, 'Checkout is slow')
  const call = { ...callOf(slack), body: await bodyOf(slack, 'Checkout is slow'), title: 'Checkout is slow' }
  const bare = await startFloor('bare-notify.ts', { databaseUrl, ...call })
  const floor: Target = { url: `http://127.0.0.1:${bare.port}/`, headers: {} }
  try {
    await paced(slack, ours, 'Ours before', warming)
    await paced(slack, floor, 'Bare before', warming)
    const bareMs = await paced(slack, floor, 'Bare', incidents)
    const oursMs = await paced(slack, ours, 'Ours', incidents)
    return { oursMs, bareMs, callMs: await calls(call) }
  } finally {
    await stopChild(bare.child)
  }
}

interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

async function post({ url, headers }: Target, title: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ title, severity: 'SEV-2', body: 'We are looking into it.' }),
  })
  const text = await answer.text()
  if (answer.status !== 201) throw new Error(`POST was answered ${answer.status}: ${text}`)
}

/** Milliseconds from each POST to its message, at a steady rate. */
async function paced(slack: FakeSlack, target: Target, name: string, count: number): Promise<number[]> {
  const sent: { title: string; at: number; answered: Promise<void> }[] = []
  const begin = performance.now()
  for (let n = 0; n < count; n++) {
    await sleep(begin + (n * 1_000) / perSecond - performance.now())
    const title = `${name} ${n}.`
    sent.push({ title, at: Date.now(), answered: post(target, title) })
  }
  await Promise.all(sent.map(({ answered }) => answered))
  const last = sent.map(({ title, at }) => arrivalOf(slack, title).then((arrived) => arrived - at))
  return Promise.all(last)
}

/** When the first message about an incident arrived; `ts` is the time at which the fake took it. */
async function arrivalOf(slack: FakeSlack, title: string): Promise<number> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline; await sleep(50)) {
    const message = slack.messages(slackChannel).find(({ text }) => text.includes(title))
    if (message) return Number(message.ts) * 1_000
  }
  throw new Error(`no message came of ${title}`)
}

function callOf(slack: FakeSlack): Target {
  return {
    url: `${slack.url}/chat.postMessage`,
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${slack.token}` },
  }
}

/** What the product posted about an incident, as it posted it. */
async function bodyOf(slack: FakeSlack, title: string): Promise<string> {
  await arrivalOf(slack, title)
  const { text, blocks, metadata } = slack.messages(slackChannel).find((message) => message.text.includes(title))!
  return JSON.stringify({ channel: slackChannel, text, blocks, unfurl_links: false, metadata })
}

async function calls({ url, headers, body }: Target & { readonly body: string }): Promise<number[]> {
  const ms: number[] = []
  for (let n = -warming; n < incidents; n++) {
    const begin = performance.now()
    const answer = await request(url, { method: 'POST', headers, body })
    await answer.body.dump()
    if (n >= 0) ms.push(performance.now() - begin)
  }
  return ms
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
