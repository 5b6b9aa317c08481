import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Client, credentials, type MethodDefinition, type ServiceDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { service as healthService } from 'grpc-health-check'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { OpsError } from '../errors/index.ts'
import { echoService } from './echo-service.ts'
import { createRpcServer, serverStream, unary, type RpcServer } from './index.ts'

let server: RpcServer
let anyone: Client

beforeEach(async () => {
  server = createRpcServer({
    listen: '127.0.0.1:0',
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
    verifyToken: () => Promise.reject(new OpsError('unauthenticated', 'nobody is let in')),
  })
  server.add(echoService, { say: unary(async () => ({})), count: serverStream(async () => {}) })
  anyone = new Client(await server.start(), credentials.createInsecure())
})

afterEach(async () => {
  anyone.close()
  await server.stop(0)
})

function ask(definition: ServiceDefinition, name: string, request: object): Promise<object> {
  const { path, requestSerialize, responseDeserialize } = definition[name] as MethodDefinition<object, object>
  return new Promise((resolve, reject) => {
    anyone.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, response) =>
      error === null ? resolve(response!) : reject(error),
    )
  })
}

const checkHealth = (service: string): Promise<object> => ask(healthService, 'Check', { service })

test('health of the server and of each service is told without a token', async () => {
  expect(await checkHealth('')).toEqual({ status: 'SERVING' })
  expect(await checkHealth('akashic.test.v1.EchoService')).toEqual({ status: 'SERVING' })
  await expect(checkHealth('akashic.test.v1.Nothing')).rejects.toMatchObject({ code: 5 })
})

test('health is not serving to who watches when the server begins to stop', async () => {
  const { path, requestSerialize, responseDeserialize } = healthService['Watch'] as unknown as MethodDefinition<
    object,
    object
  >
  const watch = anyone.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service: '' })
  watch.on('error', () => {})
  const seen: unknown[] = []
  const stopping = new Promise<void>((resolve) => {
    watch.on('data', (message: { status: string }) => {
      seen.push(message.status)
      if (message.status === 'NOT_SERVING') resolve()
      else void server.stop(200)
    })
  })
  await stopping
  expect(seen).toEqual(['SERVING', 'NOT_SERVING'])
})

test('reflection lists the services and describes them', async () => {
  const folder = dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json'))
  const definition = loadSync(join(folder, 'build/proto/grpc/reflection/v1/reflection.proto'))
  const reflection = definition['grpc.reflection.v1.ServerReflection'] as ServiceDefinition
  const { path, requestSerialize, responseDeserialize } = reflection['ServerReflectionInfo']!
  const call = anyone.makeBidiStreamRequest(path, requestSerialize, responseDeserialize)
  const answers: Record<string, never>[] = []
  call.on('data', (answer) => answers.push(answer as Record<string, never>))
  call.write({ listServices: '' })
  call.write({ fileContainingSymbol: 'akashic.test.v1.EchoService' })
  call.end()
  await new Promise((resolve) => call.on('end', resolve))
  const [list, file] = answers as unknown as [
    { listServicesResponse: { service: { name: string }[] } },
    { fileDescriptorResponse: { fileDescriptorProto: Buffer[] } },
  ]
  expect(list.listServicesResponse.service.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['akashic.test.v1.EchoService', 'grpc.health.v1.Health']),
  )
  expect(Buffer.concat(file.fileDescriptorResponse.fileDescriptorProto).toString('latin1')).toContain('CountRequest')
})

test('a service without a handler for each of its methods is refused', () => {
  expect(() => server.add(echoService, { say: unary(async () => ({})) })).toThrow('has no handler for count')
})

test('a call without a token is refused', async () => {
  await expect(ask(echoService, 'Say', { text: 'x' })).rejects.toMatchObject({ code: 16 })
})
