import type { ErrorCode } from './index.ts'

/** Each code's gRPC status number and HTTP status (source: google.rpc.Code). `failed_precondition` is 409 here,
 *  since 412 is reserved for If-Match; a missing If-Match is 428 and set by the HTTP layer itself. */
export const codeTable: Readonly<Record<ErrorCode, { grpc: number; http: number; title: string }>> = {
  cancelled: { grpc: 1, http: 499, title: 'Cancelled' },
  unknown: { grpc: 2, http: 500, title: 'Unknown' },
  invalid_argument: { grpc: 3, http: 400, title: 'Invalid argument' },
  deadline_exceeded: { grpc: 4, http: 504, title: 'Deadline exceeded' },
  not_found: { grpc: 5, http: 404, title: 'Not found' },
  already_exists: { grpc: 6, http: 409, title: 'Already exists' },
  permission_denied: { grpc: 7, http: 403, title: 'Permission denied' },
  resource_exhausted: { grpc: 8, http: 429, title: 'Too many requests' },
  failed_precondition: { grpc: 9, http: 409, title: 'Failed precondition' },
  aborted: { grpc: 10, http: 409, title: 'Aborted' },
  out_of_range: { grpc: 11, http: 400, title: 'Out of range' },
  unimplemented: { grpc: 12, http: 501, title: 'Not implemented' },
  internal: { grpc: 13, http: 500, title: 'Internal error' },
  unavailable: { grpc: 14, http: 503, title: 'Unavailable' },
  data_loss: { grpc: 15, http: 500, title: 'Data loss' },
  unauthenticated: { grpc: 16, http: 401, title: 'Unauthenticated' },
}

const byGrpc = new Map(Object.entries(codeTable).map(([code, row]) => [row.grpc, code as ErrorCode]))

export const httpStatusOf = (code: ErrorCode): number => codeTable[code].http
export const grpcStatusOf = (code: ErrorCode): number => codeTable[code].grpc
export const codeOfGrpcStatus = (status: number): ErrorCode => byGrpc.get(status) ?? 'unknown'
