import { promisify } from 'node:util'
import { brotliDecompress, gunzip } from 'node:zlib'
import { encodingsOf, negotiateEncoding } from './encoded-body.ts'

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip, deflate, br', 'br'],
  ['gzip;q=1.0, br;q=0', 'gzip'],
  ['GZIP', 'gzip'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['identity, deflate', 'identity'],
  ['br;q=nonsense', 'identity'],
])('Accept-Encoding %s is answered in %s', (header, encoding) => {
  expect(negotiateEncoding(header)).toBe(encoding)
})

test('each encoding unpacks to the same text, has a tag of its own, and is made once', async () => {
  const text = JSON.stringify({ text: 'x'.repeat(1_000) })
  const encodings = encodingsOf(text, ['X-Own', 'yes'])
  expect(encodings.ready('gzip')).toBeUndefined()
  const [identity, gzip, br] = await Promise.all((['identity', 'gzip', 'br'] as const).map((e) => encodings.prepare(e)))
  expect(identity!.bytes.toString()).toBe(text)
  expect((await promisify(gunzip)(gzip!.bytes)).toString()).toBe(text)
  expect((await promisify(brotliDecompress)(br!.bytes)).toString()).toBe(text)
  expect(new Set([identity!.etag, gzip!.etag, br!.etag]).size).toBe(3)
  expect(encodings.ready('gzip')).toBe(gzip)
  expect(await encodings.prepare('gzip')).toBe(gzip)
  expect(br!.headers.join(' ')).toContain('X-Own yes')
})
