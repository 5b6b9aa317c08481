import type { Client, ServiceError } from '@grpc/grpc-js'
import { resolveGuarded } from '@akashic/shared/outbound'
import type { CheckSpecOf } from '@akashic/config'
import { operational } from './check.ts'
import type { Attempt, CheckKind, Judgement } from './check.ts'
import { failed } from './failure.ts'

type HealthStatus = 'UNKNOWN' | 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN'
type Checks = Client & {
  check(
    request: { service: string },
    answered: (error: ServiceError | null, answer?: { status: HealthStatus }) => void,
  ): {
    cancel(): void
  }
}

/** The standard health service (grpc.health.v1). */
export const grpcKind: CheckKind<'grpc'> = {
  kind: 'grpc',
  host: (spec) => spec.host,
  describe: (spec) => `${spec.host}:${spec.port}${spec.service && ` ${spec.service}`}`,
  load: () => Promise.all([import('@grpc/grpc-js'), import('grpc-health-check')]),
  async run(spec, attempt) {
    const client = await openClient(spec, attempt)
    try {
      const status = await askHealth(client, spec.service, attempt)
      attempt.trace.hasAnswered = true
      if (status === 'SERVING') return operational
      if (status === 'NOT_SERVING') return failed('outage', 'answer', 'not serving')
      return failed('degraded', 'answer', 'health is not known to the service', `health is ${status}`)
    } catch (error) {
      return await judgeStatus(error as ServiceError, attempt)
    } finally {
      client.close()
    }
  },
}

async function openClient(spec: CheckSpecOf<'grpc'>, attempt: Attempt): Promise<Checks> {
  const started = attempt.monotonicMs()
  const { address, family } = await resolveGuarded(spec.host, attempt)
  attempt.trace.dnsMs = Math.round((attempt.monotonicMs() - started) * 100) / 100
  attempt.trace.remoteAddress = address
  const { credentials, makeClientConstructor } = await import('@grpc/grpc-js')
  const { service } = await import('grpc-health-check')
  const HealthClient = makeClientConstructor(service, 'Health')
  return new HealthClient(
    family === 6 ? `ipv6:[${address}]:${spec.port}` : `ipv4:${address}:${spec.port}`,
    spec.tls ? credentials.createSsl() : credentials.createInsecure(),
    {
      'grpc.default_authority': `${spec.host}:${spec.port}`,
      ...(spec.tls && { 'grpc.ssl_target_name_override': spec.host }),
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_http_proxy': 0,
      'grpc.enable_retries': 0,
    },
  ) as unknown as Checks
}

function askHealth(client: Checks, service: string, { signal }: Attempt): Promise<HealthStatus> {
  return new Promise((resolve, reject) => {
    const call = client.check({ service }, (error, answer) => {
      if (error || !answer) reject(error ?? new Error('an empty answer'))
      else resolve(answer.status)
    })
    signal.addEventListener('abort', () => call.cancel())
  })
}

/** Judges a call that failed by its status; one that found no server, by the system's reason within the text.
 *  @throws an error with that reason as its code. */
async function judgeStatus(error: ServiceError, { trace }: Attempt): Promise<Judgement> {
  const { status } = await import('@grpc/grpc-js')
  const detail = `${status[error.code] ?? error.code}: ${error.details}`
  if (error.code === status.UNAVAILABLE) {
    const code = /certificate/i.test(error.details) ? 'ERR_TLS_HANDSHAKE' : /\bE[A-Z]{4,}\b/.exec(error.details)?.[0]
    if (code !== undefined) throw Object.assign(new Error(error.details), { code })
  }
  trace.hasAnswered = true
  switch (error.code) {
    case status.NOT_FOUND:
      return failed('degraded', 'answer', 'health is not known to the service', detail)
    case status.UNIMPLEMENTED:
      return failed('degraded', 'answer', 'no health service', detail)
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      return failed('degraded', 'credentials', 'credentials refused', detail)
    default:
      return failed('outage', 'answer', 'health call failed', detail)
  }
}
