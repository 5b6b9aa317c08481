import { operational } from './check.ts'
import type { Attempt, CheckKind, Judgement } from './check.ts'
import { connectTcp, upgradeToTls } from './connect.ts'
import { failed } from './failure.ts'
import { askHealth } from './grpc-health.ts'
import type { HealthAnswer } from './grpc-health.ts'

/** The standard health service (grpc.health.v1). */
export const grpcKind: CheckKind<'grpc'> = {
  kind: 'grpc',
  host: (spec) => spec.host,
  describe: (spec) => `${spec.host}:${spec.port}${spec.service && ` ${spec.service}`}`,
  async run(spec, attempt) {
    const plain = await connectTcp(spec.host, spec.port, attempt)
    const socket = spec.tls ? await upgradeToTls(plain, spec.host, attempt, ['h2']) : plain
    const started = attempt.monotonicMs()
    const authority = `${spec.tls ? 'https' : 'http'}://${spec.host}:${spec.port}`
    const answer = await askHealth(socket, authority, spec.service)
    noteFirstByte(attempt, started)
    return judgeAnswer(answer)
  },
}

function noteFirstByte({ trace, monotonicMs }: Attempt, started: number): void {
  trace.firstByteMs = Math.round((monotonicMs() - started) * 100) / 100
}

/** Status codes of gRPC that say something of the health service itself. */
const ok = 0
const notFound = 5
const permissionDenied = 7
const unimplemented = 12
const unauthenticated = 16
/** ServingStatus of grpc.health.v1. */
const serving = 1
const notServing = 2

function judgeAnswer({ grpcStatus, message, servingStatus }: HealthAnswer): Judgement {
  const detail = `gRPC status ${grpcStatus}${message && `: ${message}`}`
  switch (grpcStatus) {
    case ok:
      if (servingStatus === serving) return operational
      if (servingStatus === notServing) return failed('outage', 'answer', 'not serving')
      return failed('degraded', 'answer', 'health is not known to the service', `serving status ${servingStatus}`)
    case notFound:
      return failed('degraded', 'answer', 'health is not known to the service', detail)
    case unimplemented:
      return failed('degraded', 'answer', 'no health service', detail)
    case unauthenticated:
    case permissionDenied:
      return failed('degraded', 'credentials', 'credentials refused', detail)
    default:
      return failed('outage', 'answer', 'health call failed', detail)
  }
}
