import type { ServerResponse } from 'node:http'
import { problemOf } from './problem.ts'
import type { Problem } from './problem.ts'

/** Answers `error` as `application/problem+json`, with the headers that its status asks for. */
export function sendProblem(response: ServerResponse, error: unknown, requestId: string): Problem {
  const problem = problemOf(error, requestId)
  if (response.headersSent) {
    response.destroy()
    return problem
  }
  if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer')
  const retryAfterMs = typeof problem.retryAfterMs === 'number' ? problem.retryAfterMs : 2_000
  if (problem.status === 429 || problem.status === 503) {
    response.setHeader('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))))
  }
  response.removeHeader('etag')
  response.setHeader('cache-control', 'no-store')
  response.setHeader('x-request-id', requestId)
  response.setHeader('content-type', 'application/problem+json; charset=utf-8')
  response.statusCode = problem.status
  response.end(JSON.stringify(problem))
  return problem
}
