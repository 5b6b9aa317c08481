import { createServer, type Server } from 'node:https'
import { networkInterfaces } from 'node:os'
import { makeCertificate } from '../real/certificates.ts'
import type { AgentNode } from './agent-node.ts'
import { usageOf } from './usage.ts'

/** An address of this machine that is not loopback: the API server proxies to no other. */
export function reachableAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { family, internal, address } of addresses ?? []) if (family === 'IPv4' && !internal) return address
  }
  return '127.0.0.1'
}

/** What the API server asks of a kubelet: logs of containers, and the use of resources. One port stands for one node. */
export async function startKubeletServer(
  ip: string,
  node: () => AgentNode | undefined,
): Promise<{ port: number; close(): void }> {
  const { key, cert } = await makeCertificate({ name: 'kubelet' })
  const server: Server = createServer({ key, cert }, (request, answer) => {
    const url = new URL(request.url ?? '/', 'https://kubelet')
    const found = node()
    const reply = (status: number, text: string, type = 'text/plain'): void => {
      answer.writeHead(status, { 'content-type': type }).end(text)
    }
    if (!found) return reply(503, 'no such node')
    if (url.pathname === '/stats/summary' || url.pathname === '/stats/summary/') {
      return reply(200, JSON.stringify(usageOf(found)), 'application/json')
    }
    const [, kind, namespace, name, container] = url.pathname.split('/')
    if (kind !== 'containerLogs') return reply(404, 'not found')
    const runner = [...found.runners.values()].find(
      ({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name,
    )
    const text = runner?.container(container ?? '')?.logs.read(url.searchParams)
    if (text !== undefined) return reply(200, text)
    reply(400, `previous terminated container "${container}" in pod "${name}" not found`)
  })
  await new Promise<void>((resolve) => server.listen(0, ip, resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
