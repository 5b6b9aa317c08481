/** The floor of a check: undici asks N times, each time over a new connection, and prints the processor time of one request in ms. */
import { request, Agent } from 'undici'

interface Input {
  readonly url: string
  readonly requests: number
  readonly concurrency: number
}

const { url, requests, concurrency } = JSON.parse(process.argv[2]!) as Input
const dispatcher = new Agent({ pipelining: 0 })

async function ask(count: number): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0) {
        const { body } = await request(url, { dispatcher, reset: true })
        await body.dump()
      }
    }),
  )
}

await ask(1_000)
const before = process.cpuUsage()
await ask(requests)
const spent = process.cpuUsage(before)
console.log((spent.user + spent.system) / 1000 / requests)
