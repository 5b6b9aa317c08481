/** The closed union of error codes: the canonical gRPC ones. */
export type ErrorCode =
  | 'invalid_argument'
  | 'failed_precondition'
  | 'out_of_range'
  | 'unauthenticated'
  | 'permission_denied'
  | 'not_found'
  | 'already_exists'
  | 'aborted'
  | 'resource_exhausted'
  | 'cancelled'
  | 'deadline_exceeded'
  | 'unavailable'
  | 'unimplemented'
  | 'internal'
  | 'unknown'
  | 'data_loss'

/** One bad field of a request: `pointer` is a JSON pointer (RFC 6901) into what was sent. */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

/** An error whose code and detail may be shown to the caller. Everything else is answered as `internal`. */
export class OpsError extends Error {
  readonly code: ErrorCode
  readonly fields: readonly FieldError[]
  /** Extra members of the problem document, such as the `current` resource of an `aborted`. */
  readonly extra: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    detail: string,
    options: { fields?: readonly FieldError[]; extra?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'OpsError'
    this.code = code
    this.fields = options.fields ?? []
    this.extra = options.extra ?? {}
  }
}

export { codeTable, httpStatusOf, grpcStatusOf, codeOfGrpcStatus } from './code-table.ts'
