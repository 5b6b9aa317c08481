import { eventually } from '@akashic/testbed'
import { aMaintenance } from '../testing/incident-builders.ts'
import { aComponent } from '../testing/scripted-status-service.ts'
import { startGateway } from '../testing/start-gateway.ts'
import { aPublicIncident, aToldUpdate, tell } from '../testing/told-builders.ts'

const secret = /zq-vault|Zanzibar|Quibble|Ada Lovelace/i
const vault = { id: 'zq-vault', name: 'Zanzibar' }
const fromVault = { ...vault, oldStatus: 'STATUS_OPERATIONAL', newStatus: 'STATUS_OUTAGE' } as const
const web = aPublicIncident().components[0]!
const published = aToldUpdate({ author: 'Ada Lovelace', affectedComponents: [fromVault] })
const hidden = { author: 'Ada Lovelace', body: 'Quibble' }

/** What a status service would say that takes no care at all. */
const careless = {
  version: 3,
  incidents: [
    aPublicIncident({
      components: [web, { ...web, ...vault }],
      updates: [
        aToldUpdate({ ...hidden, id: 'draft', state: 'UPDATE_STATE_DRAFT' }),
        aToldUpdate({ ...hidden, id: 'withdrawn', state: 'UPDATE_STATE_WITHDRAWN' }),
        published,
      ],
    }),
    aPublicIncident({ id: 'unsaid', title: 'Quibble', updates: [] }),
  ],
  maintenances: [
    aMaintenance({ componentIds: ['web', 'zq-vault'], updates: [published] }),
    aMaintenance({ id: 'internal', title: 'Quibble', visibility: 'INCIDENT_VISIBILITY_INTERNAL' }),
    aMaintenance({ id: 'restricted', title: 'Quibble', visibility: 'INCIDENT_VISIBILITY_RESTRICTED' }),
  ],
}

test('whatever the status service says, no public answer names what is internal, unpublished, or who wrote it', async () => {
  const gateway = await startGateway()
  try {
    const internal = aComponent({ ...vault, visibility: 'VISIBILITY_INTERNAL', position: 1 })
    gateway.status.say({ isFull: true, components: [aComponent({ id: 'web' }), internal] })
    tell(gateway, careless)
    await eventually(async () => {
      expect((await gateway.call('GET', '/status')).body.activeIncidents).toHaveLength(1)
    }, 3_000)
    const { body } = await gateway.call('GET', '/openapi.json')
    const open = Object.keys(body.paths as object).filter(
      (path) => !path.startsWith('/api/v1') && path !== '/status/stream',
    )
    const paths = open.flatMap((path) =>
      ['web', 'inc-1', 'unsaid', 'mnt-1', 'internal', 'restricted'].map((id) => path.replace(/\{\w+\}/, id)),
    )
    expect(paths).toEqual(expect.arrayContaining(['/api/v2/summary.json', '/history.rss', '/calendar.ics']))
    for (const path of new Set(paths)) {
      const { text } = await gateway.call('GET', path)
      expect({ path, found: secret.exec(text)?.[0] }).toEqual({ path, found: undefined })
    }
    const stream = await fetch(`${gateway.url}/status/stream`)
    const reader = stream.body!.getReader()
    expect(Buffer.from((await reader.read()).value as Uint8Array).toString()).not.toMatch(secret)
    await reader.cancel()
  } finally {
    await gateway.stop()
  }
})
