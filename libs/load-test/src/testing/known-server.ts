import { createServer } from 'node:http'
import { LatencyHistogram } from '../metric/histogram.ts'
import { watchOwnDelay } from '../run/own-delay.ts'

/** A server in a process of its own whose service times are known, and which records what it did itself. Each answer takes
 *  50 ms and a share of chance: now and then a long one. `/stall?ms=` stops it from answering anything for that long;
 *  `/truth` tells its percentiles, the last as the interval in
 *  which it is with 95 % by the number of answers, and begins anew. Says on one line where it listens. */
const truth = new LatencyHistogram()
let stalledUntil = 0
let ownDelay = watchOwnDelay()

function serviceMs(): number {
  const chance = Math.random()
  const usual = 50 + 20 * Math.random()
  if (chance < 0.98) return usual
  return chance < 0.998 ? usual + 100 : usual + 400
}

const server = createServer((request, answer) => {
  const arrivedAt = performance.now()
  request.resume()
  const url = new URL(request.url ?? '/', 'http://known')
  if (url.pathname === '/truth') {
    const half = 196 * Math.sqrt((0.999 * 0.001) / Math.max(1, truth.count))
    const [p50, p99, ...p999] = [50, 99, 99.9 - half, Math.min(100, 99.9 + half)].map((at) => truth.percentileMs(at))
    answer.end(JSON.stringify({ count: truth.count, p50, p99, p999, ownDelay: ownDelay() }))
    truth.reset()
    ownDelay = watchOwnDelay()
    return
  }
  if (url.pathname === '/stall') {
    stalledUntil = arrivedAt + Number(url.searchParams.get('ms'))
    answer.end()
    return
  }
  const endsAt = Math.max(arrivedAt, stalledUntil) + serviceMs()
  setTimeout(() => {
    answer.end('{}')
    truth.record(performance.now() - arrivedAt)
  }, endsAt - arrivedAt)
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify(server.address())))
