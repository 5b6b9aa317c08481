import { eventually } from '@akashic/testbed'
import { aMaintenance } from '../testing/incident-builders.ts'
import { aComponent } from '../testing/scripted-status-service.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'
import { aPublicIncident, aToldUpdate, tell } from '../testing/told-builders.ts'
import { publicStatusSchema } from './public-view.ts'
import { toldView } from './told-view.ts'

const overMaintenance = aMaintenance({ id: 'over', status: 'MAINTENANCE_STATUS_COMPLETED' })
const told = {
  version: 2,
  incidents: [
    aPublicIncident({ nextUpdateAtMs: 1_760_001_200_000 }),
    aPublicIncident({ id: 'past', status: 'INCIDENT_STATUS_RESOLVED' }),
  ],
  maintenances: [aMaintenance(), overMaintenance],
}

let gateway: StartedGateway
beforeEach(async () => {
  gateway = await startGateway({ config: { page: { url: 'https://acme.example/status/' } } })
  gateway.status.say({ isFull: true, components: [aComponent({ id: 'web' }), aComponent({ id: 'shop' })] })
  tell(gateway, told)
  await eventually(async () => expect((await status()).activeIncidents).toHaveLength(1), 3_000)
})
afterEach(async () => gateway.stop())

const status = async () => (await gateway.call('GET', '/status')).body

test('what is not over is told with the status: each with its latest words and where to read more', async () => {
  const body = await status()
  expect(publicStatusSchema.strict().safeParse(body).error).toBeUndefined()
  expect(body.activeIncidents).toEqual([
    {
      ...{ id: 'inc-1', title: 'Checkout is down', status: 'investigating', impact: 'major' },
      ...{ startedAt: '2025-10-09T08:53:20.000Z', updatedAt: '2025-10-09T08:54:20.000Z' },
      nextUpdateAt: '2025-10-09T09:13:20.000Z',
      components: ['web'],
      latestUpdate: {
        ...{ status: 'investigating', body: 'We are looking into it.', publishedAt: '2025-10-09T08:54:20.000Z' },
      },
      url: 'https://acme.example/status/incidents/inc-1',
    },
  ])
  expect(body.scheduledMaintenances).toEqual([
    {
      ...{ id: 'mnt-1', title: 'Move the database', body: 'Writes stop for a minute.', status: 'scheduled' },
      ...{ scheduledFor: '2025-10-09T08:53:20.000Z', scheduledUntil: '2025-10-09T09:53:20.000Z' },
      components: ['shop'],
      url: 'https://acme.example/status/maintenances/mnt-1',
    },
  ])
  const [web, shop] = await Promise.all(
    ['web', 'shop'].map(async (id) => (await gateway.call('GET', `/status/components/${id}`)).body),
  )
  expect([web.activeIncidents, shop.activeIncidents]).toEqual([body.activeIncidents, []])
})

test('words that are not in it do not move its time; words that are do', async () => {
  const { generatedAt } = await status()
  const incidents = [told.incidents[0]!, { ...told.incidents[1]!, title: 'An old one, put right' }]
  tell(gateway, { ...told, version: 3, incidents })
  await eventually(async () => {
    expect((await gateway.call('GET', '/api/v2/incidents.json')).text).toContain('An old one, put right')
  }, 3_000)
  expect((await status()).generatedAt).toBe(generatedAt)
  tell(gateway, { version: 4, incidents: [], maintenances: [overMaintenance] })
  await eventually(async () => {
    const body = await status()
    expect([body.activeIncidents, body.scheduledMaintenances]).toEqual([[], []])
    expect(body.generatedAt > generatedAt).toBe(true)
  }, 3_000)
})

test('without the status service the words go on to be told, also after a restart', async () => {
  await gateway.killStatusService()
  gateway = await gateway.restart()
  expect(await status()).toMatchObject({
    activeIncidents: [{ id: 'inc-1' }],
    scheduledMaintenances: [{ id: 'mnt-1' }],
  })
  expect((await gateway.call('GET', '/history.atom')).text).toContain('We are looking into it.')
  expect((await gateway.call('GET', '/api/v2/incidents.json')).body.incidents).toHaveLength(2)
}, 60_000)

test('long words are cut, fifty of them make no document that is large, and no character is halved', () => {
  const body = `${'x'.repeat(1_998)}💥${'y'.repeat(18_000)}`
  const incidents = Array.from({ length: 50 }, (_, i) =>
    aPublicIncident({ id: `${i}`, updates: [aToldUpdate({ body })] }),
  )
  const view = toldView({ version: 1, incidents, maintenances: [aMaintenance({ body })] }, {})
  expect(view.activeIncidents[0]!.latestUpdate.body).toBe(`${'x'.repeat(1_998)}…`)
  expect(view.scheduledMaintenances[0]!.body).toHaveLength(1_999)
  expect(view.activeIncidents[0]!.url).toBe('/incidents/0')
  expect(JSON.stringify(view).length).toBeLessThan(150_000)
})
