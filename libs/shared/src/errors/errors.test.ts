import { status } from '@grpc/grpc-js'
import { codeOfGrpcStatus, codeTable, grpcStatusOf, httpStatusOf, OpsError, type ErrorCode } from './index.ts'

const codes = Object.keys(codeTable) as ErrorCode[]

test('the codes are the canonical ones of gRPC, with their numbers', () => {
  const { OK, ...canonical } = status
  const byName = Object.entries(canonical).filter(([, number]) => typeof number === 'number')
  expect(OK).toBe(0)
  expect(Object.fromEntries(codes.map((code) => [code.toUpperCase(), grpcStatusOf(code)]))).toEqual(
    Object.fromEntries(byName),
  )
})

test('a code comes back from its gRPC status as it was', () => {
  for (const code of codes) expect(codeOfGrpcStatus(grpcStatusOf(code))).toBe(code)
})

test('a gRPC status that nobody knows is unknown', () => {
  expect(codeOfGrpcStatus(99)).toBe('unknown')
})

test.each([
  ['invalid_argument', 400],
  ['unauthenticated', 401],
  ['permission_denied', 403],
  ['not_found', 404],
  ['aborted', 409],
  ['already_exists', 409],
  ['failed_precondition', 409],
  ['resource_exhausted', 429],
  ['internal', 500],
  ['unimplemented', 501],
  ['unavailable', 503],
  ['deadline_exceeded', 504],
] as const)('%s is answered over HTTP as %i', (code, http) => {
  expect(httpStatusOf(code)).toBe(http)
})

test('an OpsError tells its code, its detail, its fields and its cause', () => {
  const cause = new Error('boom')
  const fields = [{ pointer: '/name', detail: 'is missing' }]
  const error = new OpsError('invalid_argument', 'the component is not valid', { fields, cause })
  expect(error).toMatchObject({
    code: 'invalid_argument',
    message: 'the component is not valid',
    fields,
    extra: {},
    cause,
  })
})
