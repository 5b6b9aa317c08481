/** The floor of SSE: node:http that holds every stream open and writes one line to all when told to by stdin. */
import { createServer, type ServerResponse } from 'node:http'

const open = new Set<ServerResponse>()
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(': hello\n\n')
  open.add(response)
  response.on('close', () => open.delete(response))
})
process.stdin.on('data', () => {
  for (const response of open) response.write('data: changed\n\n')
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port))
