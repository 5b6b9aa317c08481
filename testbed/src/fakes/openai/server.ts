import { startHttp } from '../../real/http.ts'
import type { HttpServer } from '../../real/http.ts'
import type { Call, Counts } from './call-log.ts'
import { control } from './control.ts'
import type { Fault } from './faults.ts'
import type { Options } from './options.ts'
import { makeProvider } from './provider.ts'
import { receive } from './receive.ts'
import type { Aim } from './script.ts'

export interface FakeOpenAi extends HttpServer {
  /** To be used as a base URL. */
  readonly baseUrl: string
  /** Makes calls go wrong from now on; see `Aim` for which, and how many. */
  script(fault: Fault, aim?: Aim): void
  clearScript(): void
  /** The last ones, in the order in which they came. */
  calls(): Call[]
  counts(): Counts
  /** How many times work was done for an Idempotency-Key. */
  executions(idempotencyKey: string): number
  /** Whether it listens. When it does not, connections are refused. */
  isOpen(): boolean
  /** Listens again, on the same port, and knows what it knew. */
  start(): Promise<void>
}

/** A provider of models with an OpenAI-compatible API: it counts tokens, has limits, streams, and goes wrong by script. */
export async function startFakeOpenAi(options: Options): Promise<FakeOpenAi> {
  const provider = makeProvider(options)
  const listen = (port: number | undefined): Promise<HttpServer> =>
    startHttp(
      (request, response) => {
        const isControl = options.control === true && request.url?.startsWith('/control/') === true
        return isControl ? control(provider, request, response) : receive(provider, request, response)
      },
      { port },
    )
  let server: HttpServer | undefined = await listen(options.port)
  const { port, url } = server
  return {
    port,
    url,
    baseUrl: `${url}${provider.kind === 'azure' ? '/openai/v1' : '/v1'}`,
    script: (fault, aim) => provider.script.add(fault, aim),
    clearScript: () => provider.script.clear(),
    calls: () => provider.log.calls(),
    counts: () => provider.log.counts(),
    executions: (key) => provider.log.executions(key),
    isOpen: () => server !== undefined,
    async start() {
      server ??= await listen(port)
    },
    async stop() {
      for (const exchange of provider.open) exchange.abandon()
      await server?.stop()
      server = undefined
    },
  }
}
