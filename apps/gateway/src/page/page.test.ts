import { eventually } from '@akashic/testbed'
import { aComponent, anUptime } from '../testing/scripted-status-service.ts'
import { startGateway } from '../testing/start-gateway.ts'

test('the page and the badges say what is, and what is stale is not called fine', async () => {
  const gateway = await startGateway()
  try {
    let asked = 0
    gateway.status.scripts.listUptime = async ({ componentIds }) => {
      asked++
      return { components: componentIds.map(anUptime) }
    }
    const page = await gateway.call('GET', '/')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.text).toMatch(/99\.95/)
    await gateway.call('GET', '/')
    expect(asked).toBe(1)
    expect((await gateway.call('GET', '/badges/web.svg')).text).toContain('Operational')
    expect((await gateway.call('GET', '/badges/web/uptime.svg?window=7d')).text).toContain('99.95%')
    expect((await gateway.call('GET', '/badges/web/uptime.svg?window=1y')).status).toBe(400)
    const status = 'STATUS_OUTAGE'
    gateway.status.say({
      components: [aComponent({ id: 'web', status, error: 'connection refused' })],
      overall: status,
    })
    await eventually(async () => expect((await gateway.call('GET', '/')).text).toContain('Connection refused'), 3_000)
    gateway.status.say({ overall: status, asOfAgeMs: 60_000 })
    await eventually(async () => {
      expect((await gateway.call('GET', '/badges/web.svg')).text).toContain('Unknown')
    }, 3_000)
  } finally {
    await gateway.stop()
  }
})
