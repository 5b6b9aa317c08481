import type { IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { z } from 'zod'
import { clientAddressOf, networkOf } from './client-address.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { isNotModified } from './preconditions.ts'
import { problemOf } from './problem.ts'
import { fieldErrorsOf } from './validate.ts'

const requestFrom = (remoteAddress: string, forwardedFor?: string): IncomingMessage =>
  ({
    socket: { remoteAddress },
    headers: forwardedFor ? { 'x-forwarded-for': forwardedFor } : {},
  }) as unknown as IncomingMessage

describe('the address of a caller', () => {
  test('is the socket’s when no proxy is trusted, whatever the header says', () => {
    expect(clientAddressOf([])(requestFrom('198.51.100.7', '1.2.3.4'))).toBe('198.51.100.7')
  })

  test('is the last hop that is not trusted: what a caller wrote before it is not believed', () => {
    const addressOf = clientAddressOf(['10.0.0.0/8'])
    expect(addressOf(requestFrom('10.1.1.1', '6.6.6.6, 198.51.100.7, 10.2.2.2'))).toBe('198.51.100.7')
    expect(addressOf(requestFrom('198.51.100.9', '6.6.6.6'))).toBe('198.51.100.9')
  })

  test('cannot be found with proxies that are no addresses: the start fails with a sentence', () => {
    expect(() => clientAddressOf(['proxy.example'])).toThrow(/TRUSTED_PROXIES/)
  })
})

test.each([
  ['198.51.100.7', '198.51.100.7'],
  ['::ffff:198.51.100.7', '198.51.100.7'],
  ['2001:db8:1:2:aaaa::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::9', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['nonsense', 'nonsense'],
])('limits count %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

describe('a cursor', () => {
  const place = z.object({ at: z.number(), id: z.string() })

  test('comes back as the place that it was made of', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string({ unit: 'grapheme' }), (at, id) => {
        expect(decodeCursor(place, encodeCursor({ at, id }))).toEqual({ at, id })
      }),
    )
  })

  test('of anything else is a bad request, never a crash', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map(encodeCursor)), (cursor) => {
        expect(() => decodeCursor(place, cursor)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
      }),
    )
  })
})

describe('If-None-Match', () => {
  test.each([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", W/"a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
  ])('%s against "a" is %s', (header, expected) => {
    expect(isNotModified(header, '"a"')).toBe(expected)
  })
})

test('a problem never lets extra members overwrite its own', async () => {
  const { OpsError } = await import('../errors/index.ts')
  const error = new OpsError('aborted', 'changed', { extra: { status: 200, code: 'ok', current: 1 } })
  expect(problemOf(error, 'r1')).toMatchObject({ status: 409, code: 'aborted', current: 1, requestId: 'r1' })
})

test('any value against any schema gives field errors whose pointers are well formed', () => {
  const schema = z.strictObject({
    a: z.array(z.union([z.int(), z.strictObject({ b: z.string() })])),
    '~/': z.boolean(),
  })
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const result = schema.safeParse(value)
      if (result.success) return
      const fields = fieldErrorsOf(result.error.issues)
      expect(fields.length).toBeGreaterThan(0)
      for (const { pointer } of fields) expect(pointer).toMatch(/^(\/([^~]|~0|~1)*)*$/)
    }),
  )
})

test.each([
  [{}, 'is missing'],
  [{ name: 7 }, 'must be of type string'],
  [{ name: 'x' }, 'must be loud'],
])('a body %j is refused in words: %s', (body, detail) => {
  const schema = z.object({ name: z.string().refine((name) => name === name.toUpperCase(), 'must be loud') })
  expect(fieldErrorsOf(schema.safeParse(body).error!.issues)).toEqual([{ pointer: '/name', detail }])
})
