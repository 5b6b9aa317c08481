import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startGateway } from '../testing/start-gateway.ts'

test('while nothing is known, nothing is claimed', async () => {
  let gateway = await startGateway()
  try {
    await gateway.killStatusService()
    const kept = join(gateway.platform.dataDir, 'status-snapshot.json')
    gateway = await gateway.restart(async () => writeFile(kept, '{"components": [{"id": "torn"'))
    const documents = ['/api/v2/summary.json', '/history.atom', '/history.rss', '/calendar.ics']
    for (const path of ['/status', '/status/stream', ...documents]) {
      const { status, headers, body } = await gateway.call('GET', path)
      expect({ path, status, code: body.code }).toEqual({ path, status: 503, code: 'unavailable' })
      expect(headers.get('retry-after')).toBe('2')
    }
    const page = await gateway.call('GET', '/')
    expect(page).toMatchObject({ status: 503, text: expect.stringContaining('The status is not known yet') })
    expect(page.headers.get('retry-after')).toBe('2')
    expect((await gateway.call('GET', '/badges/web.svg')).status).toBe(404)
  } finally {
    await gateway.stop()
  }
})
