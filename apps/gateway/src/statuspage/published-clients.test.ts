import { eventually } from '@akashic/testbed'
import { Statuspage } from 'statuspage.io'
import { aMaintenance } from '../testing/incident-builders.ts'
import { aComponent } from '../testing/scripted-status-service.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'
import { aPublicIncident, tell } from '../testing/told-builders.ts'

let gateway: StartedGateway
let client: Statuspage
beforeAll(async () => {
  gateway = await startGateway()
  client = new Statuspage('status')
  client.setApiUrl(gateway.url)
  const overall = 'STATUS_OUTAGE'
  gateway.status.say({ isFull: true, overall, components: [aComponent({ id: 'web', status: overall })] })
  tell(gateway, {
    version: 2,
    incidents: [aPublicIncident(), aPublicIncident({ id: 'past', status: 'INCIDENT_STATUS_RESOLVED' })],
    maintenances: [aMaintenance(), aMaintenance({ id: 'done', status: 'MAINTENANCE_STATUS_COMPLETED' })],
  })
  await eventually(async () => expect((await client.api.getSummary()).incidents).toHaveLength(1), 3_000)
})
afterAll(async () => gateway.stop())

test('a published client of Statuspage reads all that it knows to ask for', async () => {
  const { api } = client
  const summary = await api.getSummary()
  expect(summary.status).toEqual({ indicator: 'critical', description: 'Major System Outage' })
  expect(await api.getStatus()).toMatchObject({ page: { time_zone: 'Etc/UTC' }, status: summary.status })
  const { components } = await api.getComponents()
  expect(components.map(({ name, status, group }) => [name, status, group])).toEqual([
    ['Core', 'major_outage', true],
    ['The web', 'major_outage', false],
  ])
  const [incident] = (await api.incidents.getUnresolved()).incidents
  expect(incident).toMatchObject({ name: 'Checkout is down', status: 'investigating', impact: 'major' })
  expect(incident!.incident_updates[0]).toMatchObject({ body: 'We are looking into it.', status: 'investigating' })
  expect((await api.incidents.getAll()).incidents.map(({ id }) => id)).toEqual(['inc-1', 'past'])
  // Its lists of active ones and of all ask for the upcoming ones too.
  expect((await api.scheduledMaintenances.getUpcoming()).scheduled_maintenances).toMatchObject([
    {
      ...{ name: 'Move the database', status: 'scheduled', scheduled_for: '2025-10-09T08:53:20.000Z' },
      incident_updates: [{ body: 'Writes stop for a minute.' }],
    },
  ])
})
