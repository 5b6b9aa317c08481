import { fileURLToPath } from 'node:url'
import type { ServiceDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

/** The service of echo.proto, for the tests of this folder. */
export interface EchoService {
  say: { kind: 'unary'; request: { text: string }; response: { text: string } }
  count: { kind: 'server-stream'; request: { upto: number }; response: { number: number; padding?: Buffer } }
}

const file = fileURLToPath(new URL('echo.proto', import.meta.url))
const definition = loadSync(file, { longs: Number, defaults: true })

export const echoService = definition['akashic.test.v1.EchoService'] as ServiceDefinition
