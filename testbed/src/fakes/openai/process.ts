import { fileURLToPath } from 'node:url'
import { freePort } from '../../free-port.ts'
import { startChildServer } from '../../real/child-server.ts'
import type { RealServer } from '../../real/child-server.ts'
import type { Call, Counts } from './call-log.ts'
import type { Scripting } from './control.ts'
import type { Fault } from './faults.ts'
import type { Options } from './options.ts'
import type { Aim } from './script.ts'

/** What can be said to another process. */
export type ProcessOptions = Omit<Options, 'clock' | 'text'> & { readonly text?: string }

/** A text is the same for every call, as no function reaches another process. */
export type ProcessFault = Exclude<Fault, { readonly name: 'text' }> | { readonly name: 'text'; readonly text: string }

export interface FakeOpenAiProcess extends Pick<RealServer, 'port' | 'pause' | 'resume' | 'kill' | 'stop'> {
  readonly url: string
  /** To be used as a base URL. */
  readonly baseUrl: string
  script(fault: ProcessFault, aim?: Aim): Promise<void>
  clear(): Promise<void>
  calls(): Promise<Call[]>
  counts(): Promise<Counts>
  /** Ends the process if it runs, and starts a new one on the same port, which knows nothing of what was before. */
  restart(): Promise<void>
}

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const controlTimeoutMs = 10_000

/** Starts the fake as a child, to be held still and killed. */
export async function startFakeOpenAiProcess(options: ProcessOptions): Promise<FakeOpenAiProcess> {
  const port = options.port ?? (await freePort())
  const args = [main, JSON.stringify({ ...options, port, control: true })]
  const server = await startChildServer({ port, program: process.execPath, args })
  const url = `http://127.0.0.1:${port}`
  const ask = async (method: string, path: string, body?: Scripting): Promise<unknown> => {
    const signal = AbortSignal.timeout(controlTimeoutMs)
    const response = await fetch(`${url}/control/${path}`, { method, body: JSON.stringify(body), signal })
    if (!response.ok) throw new Error(`/control/${path} of the fake answered ${response.status}`)
    return response.json()
  }
  return {
    ...{ port, url, pause: server.pause, resume: server.resume, kill: server.kill, stop: server.stop },
    baseUrl: `${url}${options.kind === 'azure' ? '/openai/v1' : '/v1'}`,
    script: async (fault, aim) => void (await ask('POST', 'script', { ...aim, fault })),
    clear: async () => void (await ask('POST', 'clear')),
    calls: async () => (await ask('GET', 'calls')) as Call[],
    counts: async () => (await ask('GET', 'counts')) as Counts,
    async restart() {
      await server.stop()
      await server.start()
    },
  }
}
