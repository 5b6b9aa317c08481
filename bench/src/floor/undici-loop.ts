import { Agent } from 'undici'

/** The floor of a load generator: as many loops as there are connections, each one request after the other, nothing measured
 *  but their number. `node undici-loop.ts URL CONNECTIONS SECONDS` prints how many there were. */
const [url = '', connections = '1', seconds = '1'] = process.argv.slice(2)
const { origin, pathname } = new URL(url)
const agent = new Agent({ pipelining: 1 })
const until = performance.now() + Number(seconds) * 1_000
let count = 0

function next(done: () => void): void {
  if (performance.now() >= until) return done()
  agent.dispatch(
    { origin, path: pathname, method: 'GET' },
    {
      onRequestStart: () => undefined,
      onResponseStart: () => undefined,
      onResponseData: () => undefined,
      onResponseEnd: () => {
        count++
        next(done)
      },
      onResponseError: (_, error) => {
        throw error
      },
    },
  )
}

await Promise.all(Array.from({ length: Number(connections) }, () => new Promise<void>((done) => next(done))))
console.log(count)
await agent.close()
