import { startHttp } from '@akashic/testbed'
import fc from 'fast-check'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { printable } from './printable.ts'
import { checkNow } from './testing/check-now.ts'

test('whatever a target says, what is kept of it is well-formed, of bounded length and without control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.nat(3_000), (text, cut) => {
      const kept = printable(text.slice(0, cut))
      expect(kept.isWellFormed()).toBe(true)
      expect(kept).not.toMatch(/[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
      expect(Array.from(kept).length).toBeLessThanOrEqual(1_000)
    }),
  )
})

test('a character of two halves is kept whole or not at all', () => {
  expect(printable('x' + '😀'.repeat(2_000))).toBe('x' + '😀'.repeat(999))
  expect(printable('x😀'.slice(0, 2))).toBe('x\ufffd')
})

test('plain text is left as it is', () => {
  expect(printable('550 Müll, so long – 再见')).toBe('550 Müll, so long – 再见')
})

test('an API whose error holds a NUL byte and half a character is told of without them', async () => {
  const server = await startHttp((_, response) => response.writeHead(500).end(`a\0b${'x'.repeat(296)}😀`))
  const result = await checkNow({ kind: 'openai', baseUrl: server.url })
  expect(result.failure?.detail).toMatch(/^status 500: a bx+\ufffd$/)
  await server.stop()
})

test('a mail server that greets with control characters is told of without them', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).write('554 a\0b\x1b[2J\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const result = await checkNow({ kind: 'smtp', host: '127.0.0.1', port })
  expect(result.failure?.detail).toBe('554 a b [2J')
  server.close()
})
