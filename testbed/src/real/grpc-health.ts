import { Server, ServerCredentials } from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'
import type { Certificate } from './certificates.ts'

type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'UNKNOWN'

export interface GrpcHealthServer {
  readonly port: number
  setStatus(service: string, status: ServingStatus): void
  stop(): Promise<void>
}

/** A real gRPC server with the standard health service, over TLS when a certificate is given; the whole server (service '')
 *  is serving. */
export async function startGrpcHealth(
  options: { port?: number; certificate?: Certificate } = {},
): Promise<GrpcHealthServer> {
  const health = new HealthImplementation({ '': 'SERVING' })
  const server = new Server()
  health.addToServer(server)
  const credentials = credentialsOf(options.certificate)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, credentials, (error, bound) => {
      if (error) reject(error)
      else resolve(bound)
    })
  })
  return {
    port,
    setStatus: (service, status) => health.setStatus(service, status),
    stop: async () => server.forceShutdown(),
  }
}

function credentialsOf(certificate: Certificate | undefined): ServerCredentials {
  if (!certificate) return ServerCredentials.createInsecure()
  const { key, cert } = certificate
  return ServerCredentials.createSsl(null, [{ private_key: Buffer.from(key), cert_chain: Buffer.from(cert) }])
}
