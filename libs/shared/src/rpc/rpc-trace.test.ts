import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import type { Principal } from '../identity/index.ts'
import { currentTraceparent, inSpan, startTracing } from '../telemetry/index.ts'
import { echoService, type EchoService } from './echo-service.ts'
import { createRpcClients, createRpcServer, serverStream, unary } from './index.ts'

const log = pino({ level: 'silent' })
const principal: Principal = { id: 's1', name: 'gateway', kind: 'service', role: 'viewer' }
const callerTrace = '4bf92f3577b34da6a3ce929d0e0e4736'
const caller = `00-${callerTrace}-00f067aa0ba902b7-01`

test('a called service goes on with the trace of its caller', async () => {
  const collector = createServer((_request, response) => response.end('{}'))
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const { port } = collector.address() as AddressInfo
  const tracing = await startTracing({ service: 'test', endpoint: `http://127.0.0.1:${port}` })
  const server = createRpcServer({
    listen: '127.0.0.1:0',
    log,
    metrics: new Registry(),
    verifyToken: async () => principal,
  })
  server.add(echoService, {
    say: unary(async () => ({ text: currentTraceparent() ?? 'none' })),
    count: serverStream(async () => {}),
  })
  const address = await server.start()
  const clients = createRpcClients({ addressOf: () => address, signToken: async () => 'token', log })
  const client = clients.client<EchoService>('echo', echoService)

  const within = await inSpan('GET /status', caller, () => client.say({ text: '' }, { principal }))
  expect(within.text).toMatch(new RegExp(`^00-${callerTrace}-[0-9a-f]{16}-01$`))
  const without = await client.say({ text: '' }, { principal })
  expect(without.text).not.toContain(callerTrace)

  await clients.close()
  await server.stop(0)
  await tracing.stop()
  collector.closeAllConnections()
  collector.close()
})
