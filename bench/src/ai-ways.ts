import { freePort, startFakeOpenAiProcess, startTestPostgres, type FakeOpenAiProcess } from '@akashic/testbed'
import { startPortkey } from './portkey.ts'
import { startService } from './service.ts'
import { stopChild } from './product.ts'

/** One way to an answer: straight from the provider, through us, or through the peer. */
export interface Way {
  /** As in `http://127.0.0.1:8081/v1`. */
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Ways {
  /** In the order in which they are asked. */
  readonly providers: readonly FakeOpenAiProcess[]
  readonly direct: Way
  readonly ours: Way
  readonly portkey: Way
  /** The process of ours. */
  readonly service: { readonly pid: number; readonly adminUrl: string }
  stop(): Promise<void>
}

const providerKey = 'sk-bench-provider'
const virtualKey = 'vk-bench-0123456789abcdef'

/** A paragraph of ordinary length: 480 characters. */
const answer = [
  'A load balancer stands before several servers and hands each request to one of them. It watches how each is, and leaves',
  'one alone that no longer answers. When a server comes back, it is given a few requests first, and its full share only',
  'once those went well. People who use the site notice none of this: a page that one server could not give is asked of',
  'another, and comes a little later than it would have, which is better than a message that says that something went wrong.',
].join(' ')

/** What is asked everywhere. */
export const question = {
  model: 'gpt-4o',
  messages: [
    { role: 'system', content: 'You explain the work of operators to people who are new to it, in one paragraph.' },
    { role: 'user', content: 'What does a load balancer do when one of the servers behind it fails?' },
  ],
}

/** Starts so many providers, each a process; ai-health-svc alone, on a database of its own; and Portkey's gateway. */
export async function startWays(count: number, provider: Readonly<Record<string, unknown>> = {}): Promise<Ways> {
  const started: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of started.toReversed()) await end()
  }
  const keep = async <T>(starting: Promise<T>, end: (part: T) => Promise<unknown>): Promise<T> => {
    const part = await starting
    started.push(() => end(part))
    return part
  }
  try {
    const limits = { requestsPerMinute: 1e9, tokensPerMinute: 1e12 }
    const options = { apiKey: providerKey, models: [question.model], text: answer, limits }
    const providers: FakeOpenAiProcess[] = []
    while (providers.length < count) providers.push(await keep(startFakeOpenAiProcess(options), (part) => part.stop()))
    const postgres = await keep(startTestPostgres(), (part) => part.stop())
    const proxyPort = await freePort()
    const service = await keep(
      startService({
        app: 'ai-health-svc',
        config: configOf(providers, provider),
        databaseUrl: postgres.url,
        env: { AI_PROXY_PORT: String(proxyPort) },
      }),
      (part) => part.stop(),
    )
    const portkey = await keep(startPortkey(providers.map(({ port }) => port)), ({ child }) => stopChild(child))
    return {
      providers,
      service,
      direct: { baseUrl: providers[0]!.baseUrl, headers: { authorization: `Bearer ${providerKey}` } },
      ours: { baseUrl: `http://127.0.0.1:${proxyPort}/v1`, headers: { authorization: `Bearer ${virtualKey}` } },
      portkey: {
        baseUrl: portkey.baseUrl,
        headers: { ...portkeyHeaders(providers), authorization: `Bearer ${providerKey}` },
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function configOf(providers: readonly FakeOpenAiProcess[], more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    ai: {
      providers: providers.map(({ baseUrl }, i) => ({
        ...{ name: `provider-${i + 1}`, baseUrl, apiKey: providerKey, priority: i + 1, models: [question.model] },
        ...more,
      })),
      keys: [{ name: 'bench', secret: virtualKey }],
    },
  })
}

/** One provider is named by a header, several by its configuration of fallbacks. */
function portkeyHeaders(providers: readonly FakeOpenAiProcess[]): Record<string, string> {
  const targets = providers.map(({ baseUrl }) => ({
    ...{ provider: 'openai', custom_host: baseUrl, api_key: providerKey },
  }))
  if (targets.length === 1) return { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': providers[0]!.baseUrl }
  return { 'x-portkey-config': JSON.stringify({ strategy: { mode: 'fallback' }, targets }) }
}
