import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export interface Load {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface LoadOptions {
  readonly connections: number
  readonly seconds: number
  readonly headers?: readonly string[]
  /** Makes it a POST. */
  readonly body?: string
}

const postScript = join(import.meta.dirname, 'post.lua')

/** Asks over so many connections, the next request of each as soon as the last is answered. @throws when any answer was an error */
export function wrk(url: string, { connections, seconds, headers = [], body }: LoadOptions): Load {
  const output = execFileSync(
    'wrk',
    [
      ...['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '10s'],
      ...headers.flatMap((header) => ['-H', header]),
      ...(body === undefined ? [url] : ['-s', postScript, url, '--', body]),
    ],
    { encoding: 'utf8' },
  )
  const bad = output.match(/Non-2xx or 3xx responses: (\d+)/) ?? output.match(/Socket errors: (.*)/)
  if (bad) throw new Error(`${url} under load: ${bad[0]}`)
  const percentile = (share: number): number => {
    const [, amount, unit] = output.match(new RegExp(`${share}%\\s+([\\d.]+)(us|ms|s)`))!
    return Number(amount) * { us: 0.001, ms: 1, s: 1000 }[unit as 'us' | 'ms' | 's']
  }
  const requestsPerSecond = Number(output.match(/Requests\/sec:\s+([\d.]+)/)![1])
  return { requestsPerSecond, p50Ms: percentile(50), p99Ms: percentile(99) }
}
