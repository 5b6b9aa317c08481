import type { ListMaintenancesRequest, ListPublicIncidentsRequest, Maintenance, PublicIncident } from '@akashic/proto'
import fc from 'fast-check'
import { aMaintenance } from '../testing/incident-builders.ts'
import { aPublicIncident, aToldUpdate } from '../testing/told-builders.ts'
import { withoutComponents } from './publishable.ts'
import { mergeIncidents, readTold } from './read-told.ts'
import { isUnresolved, openMaintenances } from './told.ts'

const signal = new AbortController().signal
const resolved = { status: 'INCIDENT_STATUS_RESOLVED' as const }

/** A status service that holds these, newest first, and gives out what it is asked for. */
function holding(incidents: readonly PublicIncident[], maintenances: readonly Maintenance[] = []) {
  const page = <Item>(items: readonly Item[], { cursor, limit }: { cursor: string; limit: number }) => {
    const [from, to] = [Number(cursor), Number(cursor) + limit]
    return { items: items.slice(from, to), nextCursor: to < items.length ? String(to) : '' }
  }
  return {
    incidents: {
      listPublicIncidents: async (request: ListPublicIncidentsRequest) => {
        const found = incidents.filter((incident) => !request.onlyUnresolved || isUnresolved(incident))
        const { items, nextCursor } = page(found, request)
        return { incidents: items, nextCursor }
      },
    },
    maintenances: {
      listMaintenances: async (request: ListMaintenancesRequest) => {
        if (!request.onlyPublic) throw new Error('asked for what is not public')
        const { items, nextCursor } = page(
          maintenances.filter(({ status }) => request.statuses.includes(status)),
          request,
        )
        return { maintenances: items, nextCursor }
      },
    },
  }
}

test('an old incident that is not resolved is told, however many newer ones there are', async () => {
  const newer = Array.from({ length: 200 }, (_, i) => aPublicIncident({ id: `new-${i}`, ...resolved }))
  const told = await readTold(holding([...newer, aPublicIncident({ id: 'old' })]), 3, signal)
  expect(told.version).toBe(3)
  expect(told.incidents.map(({ id }) => id)).toEqual([...newer.slice(0, 49).map(({ id }) => id), 'old'])
})

test('at most 50 incidents are told, in their order, each once, and no unresolved one makes room for a resolved one', () => {
  const states = fc.array(
    fc.constantFrom('INCIDENT_STATUS_MONITORING' as const, 'INCIDENT_STATUS_POSTMORTEM' as const),
    {
      maxLength: 120,
    },
  )
  fc.assert(
    fc.property(states, (list) => {
      const all = list.map((status, i) => aPublicIncident({ id: `${i}`, status }))
      const open = all.filter(isUnresolved)
      const merged = mergeIncidents(all.slice(0, 50), open.slice(0, 50), 50)
      expect(merged.length).toBe(Math.min(50, new Set([...all.slice(0, 50), ...open.slice(0, 50)]).size))
      expect(merged.map(({ id }) => Number(id))).toEqual(merged.map(({ id }) => Number(id)).toSorted((a, b) => a - b))
      expect(merged.filter(isUnresolved)).toEqual(open.slice(0, 50))
    }),
  )
})

test('of maintenances the soonest are told, those under way, and the latest of those over', async () => {
  const many = (prefix: string, status: Maintenance['status'], count: number) =>
    Array.from({ length: count }, (_, i) => aMaintenance({ id: `${prefix}-${i}`, status, scheduledForMs: 1_000 - i }))
  const told = await readTold(
    holding(
      [],
      [
        ...many('coming', 'MAINTENANCE_STATUS_SCHEDULED', 60),
        ...many('now', 'MAINTENANCE_STATUS_VERIFYING', 1),
        ...many('over', 'MAINTENANCE_STATUS_COMPLETED', 60),
      ],
    ),
    1,
    signal,
  )
  const ids = told.maintenances.map(({ id }) => id)
  expect(ids).toHaveLength(101)
  expect(ids).toEqual(expect.arrayContaining(['coming-59', 'now-0', 'over-0']))
  for (const left of ['coming-9', 'over-50']) expect(ids).not.toContain(left)
  expect(openMaintenances(told)[0]!.id).toBe('coming-59')
})

test('drafts, withdrawn words, names of people and what is not public go no further, should they come', async () => {
  const secret = { body: 'A secret.', author: 'Ada' }
  const draft = aToldUpdate({ ...secret, state: 'UPDATE_STATE_DRAFT' })
  const withdrawn = aToldUpdate({ ...secret, state: 'UPDATE_STATE_WITHDRAWN' })
  const published = aToldUpdate({ author: 'Ada' })
  const maintenances = [
    aMaintenance({ id: 'public', updates: [published, draft] }),
    aMaintenance({ id: 'internal', title: 'A secret', visibility: 'INCIDENT_VISIBILITY_INTERNAL' }),
  ]
  const incidents = [
    aPublicIncident({ updates: [withdrawn, published] }),
    aPublicIncident({ id: 'inc-2', title: 'A secret', updates: [draft] }),
  ]
  const told = await readTold(holding(incidents, maintenances), 1, signal)
  expect(JSON.stringify(told)).not.toMatch(/secret|Ada/)
  expect([told.incidents.length, told.maintenances.length]).toEqual([1, 1])
})

test('a component that has become internal is named no more', () => {
  const affected = (id: string) =>
    ({ id, name: `The ${id}`, oldStatus: 'STATUS_OUTAGE', newStatus: 'STATUS_OUTAGE' }) as const
  const component = aPublicIncident().components[0]!
  const told = {
    version: 1,
    incidents: [
      aPublicIncident({
        components: [component, { ...component, id: 'vault', name: 'The vault' }],
        updates: [aToldUpdate({ affectedComponents: [affected('vault'), affected('web')] })],
      }),
    ],
    maintenances: [aMaintenance({ componentIds: ['vault', 'web'] })],
  }
  const shown = withoutComponents(told, new Set(['vault']))
  expect(JSON.stringify(shown)).not.toContain('vault')
  expect(shown.maintenances[0]!.componentIds).toEqual(['web'])
})
