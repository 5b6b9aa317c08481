/** The floor of `/status`: node:http that answers the same head and the same bytes, or 304 to the same ETag. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

interface Input {
  readonly bodyFile: string
  readonly headers: Record<string, string>
}

const { bodyFile, headers } = JSON.parse(process.argv[2]!) as Input
const body = readFileSync(bodyFile)
const server = createServer((request, response) => {
  if (request.headers['if-none-match'] === headers.etag) {
    response.writeHead(304, headers).end()
    return
  }
  response.writeHead(200, { ...headers, 'content-length': body.length }).end(body)
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port))
