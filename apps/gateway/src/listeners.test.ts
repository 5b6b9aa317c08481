import { freePort } from '@akashic/testbed'
import { startGateway } from './testing/start-gateway.ts'

test('with a port of its own, the operators’ API is nowhere else', async () => {
  const gateway = await startGateway({ addresses: { apiPort: 0 } })
  try {
    const ask = async (base: string, path: string) =>
      (await fetch(base + path, { headers: { authorization: `Bearer ${gateway.adminKey}` } })).status
    expect(gateway.url).not.toBe(gateway.apiUrl)
    expect(await ask(gateway.url, '/status')).toBe(200)
    expect(await ask(gateway.url, '/api/v1/status')).toBe(404)
    expect(await ask(gateway.apiUrl, '/api/v1/status')).toBe(200)
    expect(await ask(gateway.apiUrl, '/status')).toBe(404)
    expect(await (await fetch(`${gateway.url}/openapi.json`)).text()).not.toContain('/api/v1/')
  } finally {
    await gateway.stop()
  }
})

test('an address may ask so often without a key, and its proxies are seen through only where they are trusted', async () => {
  const gateway = await startGateway({
    config: { http: { publicRequestsPerMinute: 2 } },
    addresses: { trustedProxies: ['127.0.0.1'] },
  })
  try {
    const ask = async (from: string) =>
      (await gateway.call('GET', '/badges/web.svg', { headers: { 'x-forwarded-for': from } })).status
    expect([await ask('198.51.100.1'), await ask('198.51.100.1'), await ask('198.51.100.1')]).toEqual([200, 200, 429])
    expect(await ask('198.51.100.2')).toBe(200)
  } finally {
    await gateway.stop()
  }
})

test('a port that is taken keeps the gateway from starting, with a sentence', async () => {
  const port = await freePort()
  const first = await startGateway({ addresses: { port } })
  try {
    await expect(startGateway({ addresses: { port } })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`)
  } finally {
    await first.stop()
  }
})
