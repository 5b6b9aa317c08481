import { fileURLToPath } from 'node:url'
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader'

const includeDir = fileURLToPath(new URL('..', import.meta.url))

/** Reads `protoFile` (relative to this package) and picks the service of the given full name out of it.
 *  Messages are decoded as the generated types say: int64 as number, enums as names, defaults filled in. */
export function loadService(protoFile: string, fullName: string): ServiceDefinition {
  const definition = loadSync(protoFile, {
    includeDirs: [includeDir],
    longs: Number,
    enums: String,
    defaults: true,
  })
  const service = definition[fullName]
  if (service === undefined || 'format' in service) throw new Error(`${protoFile} declares no service ${fullName}`)
  return service
}
