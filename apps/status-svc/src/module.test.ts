import { configSchema, type Config, type ConfigInput } from '@akashic/config'
import { statusService, type StatusService, type WatchStatusResponse } from '@akashic/proto'
import { createMemoryCache } from '@akashic/shared/cache'
import { systemClock } from '@akashic/shared/clock'
import type { LiveConfig } from '@akashic/shared/config'
import { OpsError } from '@akashic/shared/errors'
import { createEventBus, createOutbox, eventLogMigrations } from '@akashic/shared/events'
import type { EventBus, OutgoingEvent } from '@akashic/shared/events'
import { createIdentitySigner, createIdentityVerifier, generateIdentityKeys, type Role } from '@akashic/shared/identity'
import { migrate } from '@akashic/shared/migrations'
import type { Platform } from '@akashic/shared/module'
import { sql } from '@akashic/shared/postgres'
import { createQueue } from '@akashic/shared/queue'
import { createMemoryRateLimiter } from '@akashic/shared/rate-limit'
import { createRpcClients, createRpcServer, type CallOptions } from '@akashic/shared/rpc'
import { eventually, startHttp, testDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { detachable } from './check/engine-harness.ts'
import { createStatusModule, migrations } from './module.ts'
import { anActor } from './service-harness.ts'

/** The whole service as a process runs it: real database, real clock, real gRPC. */
async function startService(input: ConfigInput, more: Partial<Pick<Platform, 'clock' | 'events'>> = {}) {
  const database = await testDatabase()
  const log = pino({ level: 'silent' })
  await migrate(database.url, { ...migrations, log })
  await migrate(database.url, { ...eventLogMigrations, log })
  let current: Config = configSchema.parse(input)
  const listeners = new Set<(next: Config) => void | Promise<void>>()
  const config: LiveConfig<Config> = {
    current: () => current,
    onReload: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    problem: () => null,
  }
  const db = detachable(database.db)
  const keys = generateIdentityKeys()
  const metrics = new Registry()
  const verifyToken = createIdentityVerifier(keys.publicKeys, systemClock)
  const rpcServer = createRpcServer({ listen: '127.0.0.1:0', log, metrics, verifyToken })
  let address = ''
  const signToken = createIdentitySigner(keys.privateKey, systemClock)
  const rpcClients = createRpcClients({ addressOf: () => address, signToken, log })
  const queue = createQueue({ url: database.url, clock: systemClock, log })
  const eventBusOptions = {
    kafkaBrokers: null,
    databaseUrl: database.url,
    clock: systemClock,
    random: Math.random,
    log,
  }
  const events = await createEventBus(eventBusOptions)
  const platform: Platform = {
    replicaId: 'r1',
    clock: systemClock,
    monotonicMs: () => performance.now(),
    random: Math.random,
    log,
    metrics,
    db,
    databaseUrl: database.url,
    cache: createMemoryCache({ maxBytes: 1_000_000, clock: systemClock }),
    rateLimiter: createMemoryRateLimiter({ clock: systemClock }),
    queue,
    events,
    rpcServer,
    rpcClients,
    dataDir: '',
    ...more,
  }
  const module = createStatusModule(config, platform)
  address = await rpcServer.start()
  return {
    module,
    db,
    client: rpcClients.client<StatusService>('status', statusService),
    reload: async (next: ConfigInput) => {
      current = configSchema.parse(next)
      for (const listener of listeners) await listener(current)
    },
    close: async () => {
      await module.stop(5_000)
      await rpcServer.stop(1_000)
      await rpcClients.close()
      await queue.stop(1_000)
      await events.close()
      await database.close()
    },
  }
}

type Service = Awaited<ReturnType<typeof startService>>

const as = (role: Role, kind: 'person' | 'service' = 'person'): CallOptions => ({
  principal: anActor(role, { kind }).principal,
  requestId: 'req-1',
})
const gateway = as('viewer', 'service')

/** What a watcher knows, brought up to date by each message. */
function follow(service: Service) {
  const abort = new AbortController()
  const known = {
    components: new Map<string, WatchStatusResponse['components'][number]>(),
    last: undefined as WatchStatusResponse | undefined,
  }
  const ended = (async () => {
    for await (const message of service.client.watchStatus({}, { ...gateway, signal: abort.signal })) {
      if (message.isFull) known.components.clear()
      for (const component of message.components) known.components.set(component.id, component)
      for (const id of message.removedIds) known.components.delete(id)
      known.last = message
    }
  })().catch(() => undefined)
  return { known, stop: () => (abort.abort(), ended) }
}

const quick = { interval: '1s', timeout: '1s', failureThreshold: 2, successThreshold: 1 }

let service: Service
afterEach(() => service.close())

test('a server that stops turns its component red for whoever watches, and green when it is back', async () => {
  let target = await startHttp((_, response) => response.end('ok'))
  const { port } = target
  service = await startService({
    components: [
      { id: 'web', name: 'Web', critical: true, checks: [{ kind: 'http', url: target.url, ...quick }] },
      { id: 'shop', name: 'Shop', dependsOn: ['web'], checks: [{ kind: 'tcp', host: '127.0.0.1', port, ...quick }] },
    ],
  })
  await service.module.start()
  const { known, stop } = follow(service)
  const expectWeb = (status: string, overall: string) =>
    eventually(() => {
      expect(known.components.get('web')?.status).toBe(status)
      expect(known.last?.overall).toBe(overall)
    }, 15_000)
  await expectWeb('STATUS_OPERATIONAL', 'STATUS_OPERATIONAL')
  await target.stop()
  await expectWeb('STATUS_OUTAGE', 'STATUS_OUTAGE')
  await eventually(() =>
    expect(known.components.get('shop')).toMatchObject({ status: 'STATUS_OUTAGE', causedBy: 'web' }),
  )
  expect(known.components.get('web')!.error).toBe('connection refused')
  expect(known.components.get('web')!.errorDetail).toContain('127.0.0.1')
  target = await startHttp((_, response) => response.end('ok'), { port })
  await expectWeb('STATUS_OPERATIONAL', 'STATUS_OPERATIONAL')
  expect(service.module.health().state).toBe('serving')

  const { intervals } = await service.client.listHistory({ componentId: 'web', limit: 0, cursor: '' }, as('viewer'))
  expect(intervals.map(({ status }) => status)).toEqual([
    'STATUS_OPERATIONAL',
    'STATUS_OUTAGE',
    'STATUS_OPERATIONAL',
    'STATUS_UNKNOWN',
  ])
  const { uptime } = await service.client.getUptime({ componentId: 'web', windowMs: 60_000 }, as('viewer'))
  const outage = intervals[1]!
  expect(uptime!.downMs).toBe(outage.toMs! - outage.fromMs)
  const { components } = await service.client.listUptime({ componentIds: [] }, as('viewer'))
  expect(components.map(({ componentId, days }) => [componentId, days.length])).toEqual([
    ['web', 90],
    ['shop', 90],
  ])
  await stop()
  await target.stop()
}, 60_000)

test('components are made, changed, deleted, corrected and audited over gRPC, each by whom it may be', async () => {
  service = await startService({ components: [{ id: 'web', name: 'Web' }] })
  const definitionJson = JSON.stringify({ id: 'mine', name: 'Mine', checks: [{ kind: 'reported', interval: '10s' }] })
  await expect(service.client.listComponents({ limit: 0, cursor: '' }, as('viewer'))).rejects.toMatchObject({
    code: 'unavailable',
  })
  await service.module.start()
  await expect(service.client.createComponent({ definitionJson }, as('viewer'))).rejects.toMatchObject({
    code: 'permission_denied',
  })
  const { component } = await service.client.createComponent({ definitionJson }, as('operator'))
  expect(component).toMatchObject({ id: 'mine', version: 1, ownedByFile: false })
  await expect(service.client.createComponent({ definitionJson: '{"id":"x"}' }, as('operator'))).rejects.toMatchObject({
    code: 'invalid_argument',
    fields: [{ pointer: '/name' }],
  })

  const { known, stop } = follow(service)
  const report = { componentId: 'mine', status: 'STATUS_DEGRADED' as const, message: 'queue is long', ttlMs: 60_000 }
  await eventually(() => service.client.reportState(report, as('viewer', 'service')))
  await eventually(() => expect(known.components.get('mine')?.status).toBe('STATUS_DEGRADED'), 15_000)
  for (const status of ['STATUS_UNSPECIFIED', 'STATUS_MAINTENANCE', 'STATUS_UNKNOWN'] as const) {
    await expect(service.client.reportState({ ...report, status }, as('viewer', 'service'))).rejects.toMatchObject({
      code: 'invalid_argument',
    })
  }

  const now = Date.now()
  const correction = {
    componentId: 'mine',
    fromMs: component!.createdAtMs,
    toMs: now,
    status: 'STATUS_OPERATIONAL' as const,
    reason: 'seen by hand',
  }
  await expect(
    service.client.createCorrection({ ...correction, status: 'STATUS_UNSPECIFIED' }, as('operator')),
  ).rejects.toMatchObject({ fields: [{ pointer: '/status' }] })
  await service.client.createCorrection(correction, as('operator'))
  const history = await service.client.listHistory({ componentId: 'mine', limit: 0, cursor: '' }, as('viewer'))
  expect(history.intervals.at(-1)).toMatchObject({
    status: 'STATUS_OPERATIONAL',
    originalStatus: 'STATUS_UNKNOWN',
    correction: { author: 'Ada', reason: 'seen by hand' },
  })

  const patched = await service.client.updateComponent(
    { id: 'mine', version: 1, patchJson: '{"name":"Ours"}' },
    as('operator'),
  )
  expect(JSON.parse(patched.component!.definitionJson)).toMatchObject({
    id: 'mine',
    name: 'Ours',
    checks: [{ kind: 'reported', interval: '10s' }],
  })
  await expect(
    service.client.updateComponent({ id: 'mine', version: 1, patchJson: '{}' }, as('operator')),
  ).rejects.toMatchObject({ code: 'aborted', extra: { current: { name: 'Ours' } } })
  await service.client.deleteComponent({ id: 'mine', version: 2 }, as('operator'))
  await eventually(() => expect([...known.components.keys()]).toEqual(['web']), 15_000)
  const { entries } = await service.client.listAudit({ limit: 0, cursor: '', subject: 'mine' }, as('viewer'))
  expect(entries.map(({ action }) => action)).toEqual([
    'component.delete',
    'component.update',
    'correction.create',
    'component.report',
    'component.create',
  ])
  await stop()
}, 60_000)

test('a reload is taken over while the service runs', async () => {
  service = await startService({ components: [{ id: 'web', name: 'Web' }] })
  await service.module.start()
  const { known, stop } = follow(service)
  await eventually(() => expect([...known.components.keys()]).toEqual(['web']))
  await service.reload({
    components: [
      { id: 'site', name: 'Site', renamedFrom: 'web' },
      { id: 'api', name: 'API' },
    ],
  })
  await eventually(() => expect([...known.components.keys()].sort()).toEqual(['api', 'site']))
  await stop()
})

test('the service says so when the database has not answered for ten seconds, and is well again once it does', async () => {
  service = await startService({ components: [{ id: 'web', name: 'Web' }] })
  await service.module.start()
  service.db.isAway = true
  await eventually(
    () =>
      expect(service.module.health()).toMatchObject({
        state: 'degraded',
        reason: expect.stringContaining('the database has not answered for 10 s'),
      }),
    20_000,
  )
  service.db.isAway = false
  await eventually(() => expect(service.module.health()).toEqual({ state: 'serving' }), 20_000)
}, 60_000)

test('while events cannot be published the service is degraded, not down, and is well again once they are', async () => {
  let [aheadMs, isAway] = [0, true]
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
  const published: string[] = []
  const publish = async (events: readonly OutgoingEvent[]) => {
    if (isAway) throw new OpsError('unavailable', 'Kafka cannot be reached.')
    published.push(...events.map(({ id }) => id))
  }
  const events = { publish, ensureTopics: async () => [] } as unknown as EventBus
  service = await startService({ components: [{ id: 'web', name: 'Web' }] }, { clock, events })
  await service.module.start()
  const event = { topic: 't', id: 'e1', type: 'x', source: '/status', subject: 'a', time: '2026-11-23T19:37:00.000Z' }
  await service.db.transaction((tx) => createOutbox('status').add(tx, [{ ...event, data: null }]))
  await eventually(() => {
    if (service.module.health().state === 'serving') aheadMs += 61_000
    const reason = expect.stringMatching(/events wait in the outbox for \d+ s: Kafka cannot be reached/) as string
    expect(service.module.health()).toMatchObject({ state: 'degraded', reason })
  }, 20_000)
  isAway = false
  await eventually(() => expect(published).toContain('e1'), 20_000)
  await eventually(() => expect(service.module.health()).toEqual({ state: 'serving' }), 20_000)
}, 60_000)

test('incidents that cannot be kept, or not in time, keep neither the checks nor the status from going on', async () => {
  let target = await startHttp((_, response) => response.end('ok'))
  const { port } = target
  const web = { id: 'web', name: 'Web', critical: true, checks: [{ kind: 'http' as const, url: target.url, ...quick }] }
  service = await startService({ components: [web] })
  await service.module.start()
  const { known, stop } = follow(service)
  const expectWeb = (status: string) =>
    eventually(() => expect(known.components.get('web')?.status).toBe(status), 15_000)
  await expectWeb('STATUS_OPERATIONAL')
  const countIncidents = async () =>
    (await service.db.query<{ count: number }>(sql`SELECT count(*)::int AS count FROM status.incident`))[0]!.count

  await service.db.query(sql`ALTER TABLE status.alert RENAME TO alert_away`)
  await target.stop()
  await expectWeb('STATUS_OUTAGE')
  expect(await countIncidents()).toBe(0)

  await service.db.query(sql`ALTER TABLE status.alert_away RENAME TO alert`)
  await service.db.transaction(async (tx) => {
    await tx.query(sql`LOCK TABLE status.incident_component IN ACCESS EXCLUSIVE MODE`)
    target = await startHttp((_, response) => response.end('ok'), { port })
    await expectWeb('STATUS_OPERATIONAL')
    await target.stop()
    await expectWeb('STATUS_OUTAGE')
  })
  await eventually(async () => expect(await countIncidents()).toBe(1), 15_000)
  expect(service.module.health().state).toBe('serving')
  await stop()
}, 90_000)
