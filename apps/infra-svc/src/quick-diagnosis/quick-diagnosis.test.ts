import type { InfraSettings } from '@akashic/config'
import type { Kind } from '@akashic/kubernetes'
import type { StatusService } from '@akashic/proto'
import { FakeClock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Database } from '@akashic/shared/postgres'
import type { RpcClientOf } from '@akashic/shared/rpc'
import type { FollowedCluster } from '../cluster/clusters.ts'
import { aView } from '../testing/a-look.ts'
import { quickDiagnosis } from './quick-diagnosis.ts'

const component = (index: number, status = 'STATUS_OPERATIONAL') => ({ id: `c-${index}`, state: { status } })

/** A status service with so many components, which breaks at a page if it is told to. */
function aStatusService(
  count: number,
  { outages = [], breaksAt = Infinity }: { outages?: readonly number[]; breaksAt?: number } = {},
) {
  const listComponents = async ({ limit, cursor }: { limit: number; cursor: string }) => {
    const from = Number(cursor || 0)
    if (from >= breaksAt) throw new OpsError('unavailable', 'status cannot be reached')
    const until = Math.min(from + limit, count)
    const components = Array.from({ length: until - from }, (_, index) =>
      component(from + index, outages.includes(from + index) ? 'STATUS_OUTAGE' : undefined),
    )
    return { components, nextCursor: until < count ? String(until) : '' }
  }
  return { listComponents } as unknown as RpcClientOf<StatusService>
}

const crashing = (name: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { nodeName: worker, containers: [{ name: app, image: web }] }
status:
  phase: Running
  containerStatuses: [{ name: app, restartCount: 9, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1, reason: Error } } }]
---`

async function look(status: RpcClientOf<StatusService>, manifests = '', forbidden: readonly Kind[] = []) {
  const model = aView(manifests, 'main')
  for (const kind of forbidden) {
    model.setFreshness(kind, { state: 'unknown', reason: '403', missingPermission: `list ${kind}` })
  }
  const client = { getText: async () => 'Error: no fuel' }
  const cluster = { name: 'main', model, client, isRead: () => true } as unknown as FollowedCluster
  const { sections } = await quickDiagnosis({
    ...{ clock: new FakeClock('2026-11-20T12:00:00Z'), monotonicMs: () => 0, status },
    db: { query: async () => [{ used: 1, most: 100 }] } as unknown as Database,
    clusters: { all: () => [cluster] } as never,
    settings: () => ({ externalServices: [] }) as unknown as InfraSettings,
    ask: async () => 200,
  })
  return (name: string) => sections.find((section) => section.name === name)!
}

describe('the first look at an application', () => {
  test('is at every component, however many pages they fill', async () => {
    const of = await look(aStatusService(450, { outages: [431] }))
    expect(of('application')).toMatchObject({ status: 'problems', says: '1 of 450: c-431: outage' })
    const well = await look(aStatusService(450))
    expect(well('application')).toMatchObject({ status: 'healthy', says: '450 components are well' })
  })

  test('says which components it could not look at, and is not healthy then', async () => {
    const of = await look(aStatusService(450, { breaksAt: 200 }))
    expect(of('application')).toMatchObject({
      status: 'unknown',
      items: expect.arrayContaining([
        {
          name: 'components',
          status: 'unknown',
          says: 'those after the first 200 could not be read: status cannot be reached',
        },
      ]),
    })
  })

  test('tells what is wrong in clusters although no component can be read', async () => {
    const of = await look(aStatusService(450, { breaksAt: 0 }), crashing('web'))
    expect(of('application').items.map(({ name }) => name)).toEqual([
      'Pod default/web',
      'Pod default/web',
      'components',
    ])
  })

  test.each(['Pod', 'Deployment', 'Service', 'EndpointSlice', 'Ingress'] as const)(
    'is unknown where %s objects may not be read, and says which right is missing',
    async (kind) => {
      const of = await look(aStatusService(3), '', [kind])
      expect(of('application')).toMatchObject({
        status: 'unknown',
        items: expect.arrayContaining([
          {
            name: `main ${kind}`,
            status: 'unknown',
            says: `${kind} objects cannot be seen now: 403: list ${kind}`,
          },
        ]),
      })
    },
  )

  test('stops at 10,000 components and says so', async () => {
    const of = await look(aStatusService(10_001))
    expect(of('application')).toMatchObject({
      status: 'unknown',
      says: expect.stringContaining('only the first 10000'),
    })
  })

  test('tells what it could not see beside any number of problems', async () => {
    const outages = Array.from({ length: 150 }, (_, index) => index)
    const of = await look(aStatusService(450, { outages, breaksAt: 200 }))
    expect(of('application').items).toHaveLength(20)
    expect(of('application').items).toContainEqual(expect.objectContaining({ name: 'components', status: 'unknown' }))
  })
})

test('the logs that were not read for their number are told of', async () => {
  const of = await look(aStatusService(0), Array.from({ length: 14 }, (_, index) => crashing(`web-${index}`)).join(''))
  expect(of('recentErrors').items).toContainEqual({
    ...{ name: 'main', status: 'unknown', says: 'the logs of 4 more pods that suffer were not read' },
  })
})
