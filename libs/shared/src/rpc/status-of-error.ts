import { Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js'
import { codeOfGrpcStatus, grpcStatusOf, OpsError, type FieldError } from '../errors/index.ts'
import { errorTrailerKey } from './metadata-keys.ts'

/** Trailers beyond this are refused by some HTTP/2 peers; `extra` is left out then. */
const maxTrailerBytes = 32_768

/** What an error looks like on the wire. Only an OpsError is told to the caller; all else is `internal`. */
export function statusOfError(error: unknown): StatusObject {
  const told = error instanceof OpsError ? error : new OpsError('internal', 'internal error')
  const metadata = new Metadata()
  metadata.set(errorTrailerKey, trailerOf(told))
  return { code: grpcStatusOf(told.code), details: told.message, metadata }
}

function trailerOf(error: OpsError): Buffer {
  const whole = Buffer.from(JSON.stringify({ fields: error.fields, extra: error.extra }))
  return whole.length <= maxTrailerBytes ? whole : Buffer.from(JSON.stringify({ fields: error.fields.slice(0, 100) }))
}

/** The OpsError that the called service threw; or, when the call itself failed, one that names no address. */
export function errorOfStatus(status: ServiceError, serviceName: string, deadlineMs: number | null): OpsError {
  const code = codeOfGrpcStatus(status.code)
  const told = toldBy(status)
  if (told !== null) return new OpsError(code, status.details, { ...told, cause: status })
  return new OpsError(code, transportSentence(code, serviceName, deadlineMs), { cause: status })
}

/** What the called service's handler told; null when the status is not of its making. */
function toldBy(status: ServiceError): { fields?: FieldError[]; extra?: Record<string, unknown> } | null {
  const trailer = status.metadata?.get(errorTrailerKey)[0]
  if (!Buffer.isBuffer(trailer)) return null
  try {
    return JSON.parse(trailer.toString()) as { fields?: FieldError[]; extra?: Record<string, unknown> }
  } catch {
    return null
  }
}

function transportSentence(code: string, serviceName: string, deadlineMs: number | null): string {
  if (code === 'unavailable') return `${serviceName} cannot be reached`
  if (code === 'deadline_exceeded') return `${serviceName} did not answer within ${(deadlineMs ?? 0) / 1_000} s`
  if (code === 'cancelled') return `the call to ${serviceName} was cancelled`
  return `the call to ${serviceName} failed: ${code}`
}
