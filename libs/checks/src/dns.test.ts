import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import type { CheckSpec } from '@akashic/config'
import { freePort } from '@akashic/testbed'
import { runCheck } from './run-check.ts'
import { aCheck, aContext, checkNow } from './testing/check-now.ts'

const nxdomain = 3
const types = { A: 1, TXT: 16 } as const

/** A name server on loopback: `good.test` has an address and a text, `mute.test` gets no answer, all else does not exist. */
function nameServer(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12) + 5
    const name = query.subarray(12, end - 5).toString('latin1')
    if (name.includes('mute')) return
    const type = query.readUInt16BE(end - 4)
    const record = name.includes('good') ? { [types.A]: [192, 0, 2, 7], [types.TXT]: [2, 104, 105] }[type] : undefined
    const head = Buffer.from(query.subarray(0, 12))
    head.writeUInt16BE(0x8180 | (name.includes('good') ? 0 : nxdomain), 2)
    head.writeUInt16BE(record ? 1 : 0, 6)
    head.writeUInt16BE(0, 10)
    const answer = record ? [0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, record.length, ...record] : []
    socket.send(Buffer.concat([head, query.subarray(12, end), Buffer.from(answer)]), from.port, from.address)
  })
  return new Promise((resolve) => void socket.bind(0, '127.0.0.1', () => resolve(socket)))
}

let server: Socket
let resolver: string
beforeAll(async () => {
  server = await nameServer()
  resolver = `127.0.0.1:${server.address().port}`
})
afterAll(() => void server.close())

test('a record that is there is operational, and its lookup is timed', async () => {
  const result = await checkNow({ kind: 'dns', host: 'good.test', resolver })
  expect(result).toMatchObject({ outcome: 'operational', neverAnswered: false, remoteAddress: '127.0.0.1' })
  expect(result.timings.dnsMs).toBeGreaterThan(0)
})

test('an expected answer must be among those given', async () => {
  const expecting = (expect: string) => checkNow({ kind: 'dns', host: 'good.test', resolver, expect })
  expect(await expecting('192.0.2.7')).toMatchObject({ outcome: 'operational' })
  const wrong = await expecting('192.0.2.8')
  expect(wrong).toMatchObject({ outcome: 'degraded', failure: { code: 'answer', sentence: 'unexpected DNS answer' } })
  expect(wrong.failure?.detail).toBe('answered 192.0.2.7; expected 192.0.2.8')
  const text = await checkNow({ kind: 'dns', host: 'good.test', record: 'TXT', resolver, expect: 'hi' })
  expect(text).toMatchObject({ outcome: 'operational' })
})

test('a name that does not exist, and a record that is not there, are outages that the resolver did answer', async () => {
  const missing = { outcome: 'outage', neverAnswered: false, failure: { code: 'dns', sentence: 'no such DNS record' } }
  expect(await checkNow({ kind: 'dns', host: 'bad.test', resolver })).toMatchObject(missing)
  expect(await checkNow({ kind: 'dns', host: 'good.test', record: 'MX', resolver })).toMatchObject(missing)
})

test('a resolver that is silent or away never answered', async () => {
  const silent = await checkNow({ kind: 'dns', host: 'mute.test', resolver, timeout: '300ms' })
  expect(silent).toMatchObject({ outcome: 'outage', neverAnswered: true, failure: { code: 'timeout' } })
  const away = await checkNow({ kind: 'dns', host: 'good.test', resolver: `127.0.0.1:${await freePort()}` })
  expect(away).toMatchObject({ outcome: 'outage', neverAnswered: true, failure: { code: 'refused' } })
})

test('a metadata address is not asked, however it is written', async () => {
  for (const resolver of ['169.254.169.253', '169.254.169.253:53', '[::ffff:169.254.169.253]:53', '[fd00:ec2::253]']) {
    const result = await checkNow({ kind: 'dns', host: 'good.test', resolver })
    expect(result).toMatchObject({ outcome: 'unknown', failure: { code: 'forbidden' } })
  }
  const unchecked = { ...aCheck({ kind: 'dns', host: 'good.test', timeout: '300ms' }), resolver: '[169.254.169.253]x' }
  expect(await runCheck(unchecked as CheckSpec, aContext())).toMatchObject({ failure: { code: 'forbidden' } })
})
