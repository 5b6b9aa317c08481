import { STATUS_CODES } from 'node:http'
import { codeTable, httpStatusOf, OpsError } from '../errors/index.ts'
import type { ErrorCode, FieldError } from '../errors/index.ts'

/** An error answer (RFC 9457), sent as `application/problem+json`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly requestId: string
  readonly errors?: readonly FieldError[]
  readonly [extra: string]: unknown
}

/** An error that only HTTP knows (405, 413, 415, 428), with the status that the code alone does not tell. */
export class HttpRefusal extends OpsError {
  readonly status: number

  constructor(status: number, code: ErrorCode, detail: string) {
    super(code, detail)
    this.name = 'HttpRefusal'
    this.status = status
  }
}

/** The problem document of `error`. What is not an OpsError is `internal` and shows the request id only. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (!(error instanceof OpsError)) {
    const detail = `Something went wrong on our side. Quote request id ${requestId} when you report it.`
    return problem(500, 'internal', codeTable.internal.title, detail, requestId)
  }
  if (error instanceof HttpRefusal) {
    return problem(error.status, error.code, STATUS_CODES[error.status] ?? 'Error', error.message, requestId)
  }
  const base = problem(httpStatusOf(error.code), error.code, codeTable[error.code].title, error.message, requestId)
  return { ...error.extra, ...base, ...(error.fields.length > 0 ? { errors: error.fields } : {}) }
}

function problem(status: number, code: ErrorCode, title: string, detail: string, requestId: string): Problem {
  return { type: 'about:blank', title, status, code, detail, requestId }
}
