import { Metadata, type ServiceError } from '@grpc/grpc-js'
import fc from 'fast-check'
import { codeTable, OpsError, type ErrorCode } from '../errors/index.ts'
import { errorOfStatus, statusOfError } from './status-of-error.ts'

const asReceived = (error: unknown): ServiceError => Object.assign(new Error('status'), statusOfError(error))

test('an OpsError of any code is the same on the other side', () => {
  const codes = fc.constantFrom(...(Object.keys(codeTable) as ErrorCode[]))
  const fields = fc.array(fc.record({ pointer: fc.string(), detail: fc.string() }), { maxLength: 5 })
  const extra = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()), { noNullPrototype: true })
  fc.assert(
    fc.property(codes, fc.string(), fields, extra, (code, detail, badFields, more) => {
      const there = errorOfStatus(
        asReceived(new OpsError(code, detail, { fields: badFields, extra: more })),
        'echo',
        null,
      )
      expect(there).toBeInstanceOf(OpsError)
      expect([there.code, there.message, there.fields]).toEqual([code, detail, badFields])
      expect(JSON.stringify(there.extra)).toBe(JSON.stringify(more))
    }),
  )
})

test('whatever else is thrown tells nothing of itself', () => {
  for (const thrown of [new Error('secret'), 'secret', undefined, { code: 5, message: 'secret' }]) {
    const status = asReceived(thrown)
    expect(JSON.stringify([status.code, status.details, status.metadata])).not.toContain('secret')
    expect(errorOfStatus(status, 'echo', null)).toMatchObject({ code: 'internal', message: 'internal error' })
  }
})

test('a status that no handler made is told without its details, which may hold addresses', () => {
  const ofTransport = (code: number): OpsError =>
    errorOfStatus(
      Object.assign(new Error('x'), { code, details: 'connect 10.1.2.3:4', metadata: new Metadata() }),
      'status-svc',
      2_500,
    )
  expect([14, 4, 1, 13].map((code) => ofTransport(code).message)).toEqual([
    'status-svc cannot be reached',
    'status-svc did not answer within 2.5 s',
    'the call to status-svc was cancelled',
    'the call to status-svc failed: internal',
  ])
})

test('a trailer that is no JSON is passed over', () => {
  const metadata = new Metadata()
  metadata.set('akashic-error-bin', Buffer.from('{'))
  const error = errorOfStatus(Object.assign(new Error('x'), { code: 5, details: 'x', metadata }), 'echo', null)
  expect(error).toMatchObject({ code: 'not_found', message: 'the call to echo failed: not_found' })
})
