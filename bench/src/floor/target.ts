/** What the benchmark checks: answers 204 at once and, asked for /_arrivals, tells when each path was asked for (epoch ms). */
import { createServer } from 'node:http'

const arrivals = new Map<string, number[]>()
const server = createServer((request, response) => {
  const path = request.url ?? '/'
  if (path === '/_arrivals') {
    response.end(JSON.stringify([...arrivals]))
    return
  }
  const times = arrivals.get(path) ?? []
  times.push(Date.now())
  arrivals.set(path, times)
  response.writeHead(204).end()
})
server.listen(0, '127.0.0.1', 4096, () => console.log((server.address() as { port: number }).port))
