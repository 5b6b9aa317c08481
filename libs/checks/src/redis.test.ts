import { connect } from 'node:net'
import { describeReal, startRedis } from '@akashic/testbed'
import type { RedisServer } from '@akashic/testbed'
import { checkNow } from './testing/check-now.ts'

describeReal('redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis({ password: 'open-sesame' })
  })
  afterAll(() => server.stop())

  const check = (url: string, input: object = {}) => checkNow({ kind: 'redis', url, ...input })

  test('a server that answers PING is operational', async () => {
    const result = await check(server.url)
    expect(result).toMatchObject({ outcome: 'operational', neverAnswered: false, remoteAddress: '127.0.0.1' })
    expect(result.timings.connectMs).toBeGreaterThan(0)
  })

  test('bad or missing credentials are degraded, not an outage, and are not repeated', async () => {
    const refused = { outcome: 'degraded', neverAnswered: false, failure: { sentence: 'credentials refused' } }
    const wrong = await check(server.url.replace('open-sesame', 'wrong-password'))
    expect(wrong).toMatchObject(refused)
    expect(JSON.stringify(wrong)).not.toContain('wrong-password')
    expect(await check(`redis://127.0.0.1:${server.port}`)).toMatchObject(refused)
  })

  test('no connection is left behind', async () => {
    await check(server.url)
    await check(server.url)
    expect(await connectedClients(server.port)).toBe(1)
  })

  test('a server that stands still times out; stopped it refuses; started again it is operational', async () => {
    server.pause()
    const still = await check(server.url, { timeout: '300ms' })
    expect(still).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { code: 'timeout' } })
    server.resume()
    await server.stop()
    expect(await check(server.url)).toMatchObject({
      outcome: 'outage',
      neverAnswered: true,
      failure: { code: 'refused' },
    })
    await server.start()
    expect(await check(server.url)).toMatchObject({ outcome: 'operational' })
  })
})

/** Asked over a bare connection, which counts itself. */
function connectedClients(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.once('error', reject)
    socket.write('AUTH open-sesame\r\nINFO clients\r\n')
    socket.on('data', (chunk) => {
      text += chunk.toString()
      const found = /connected_clients:(\d+)/.exec(text)?.[1]
      if (found === undefined) return
      socket.destroy()
      resolve(Number(found))
    })
  })
}
