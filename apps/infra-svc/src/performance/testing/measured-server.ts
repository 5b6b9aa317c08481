import { createServer } from 'node:http'
import { Counter, Histogram, Registry, Summary } from 'prom-client'

const buckets = [0.1, 0.25, 0.5, 1, 2.5, 5]

/** For tests: a program that answers Prometheus, and whose requests took exactly as long as a test says. */
export async function startMeasuredServer() {
  const registry = new Registry()
  const registers = [registry]
  const duration = new Histogram({
    ...{ registers, name: 'http_request_duration_seconds', help: 'Seconds.', buckets },
    labelNames: ['job_name', 'code'],
  })
  const summary = new Summary({ registers, name: 'rpc_duration_seconds', help: 'Seconds.' })
  const busy = new Counter({ registers, name: 'busy_seconds_total', help: 'Seconds.', labelNames: ['core'] })
  let scrapes = 0
  const server = createServer((_, answer) => {
    scrapes++
    void registry.metrics().then((text) => answer.setHeader('content-type', registry.contentType).end(text))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    target: `127.0.0.1:${port}`,
    scrapes: () => scrapes,
    /** Makes the series of a component known with nothing in them yet, as a program does when it starts. */
    begin: (component: string, codes: readonly string[] = ['200']) => {
      for (const code of codes) duration.zero({ job_name: component, code })
    },
    took: (component: string, seconds: readonly number[], code = '200') => {
      for (const each of seconds) duration.observe({ job_name: component, code }, each)
    },
    summed: (seconds: readonly number[]) => {
      for (const each of seconds) summary.observe(each)
    },
    busy: (core: string, seconds: number) => busy.inc({ core }, seconds),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type MeasuredServer = Awaited<ReturnType<typeof startMeasuredServer>>

/** The percentile of exactly these, by the nearest rank. */
export const exactly = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * q) - 1]!

/** The bounds of the bucket that a value falls into, ms. */
export function bucketOf(seconds: number): readonly [number, number] {
  const at = buckets.findIndex((bound) => seconds <= bound)
  return [(buckets[at - 1] ?? 0) * 1_000, buckets[at]! * 1_000]
}
