import { incidentService, type IncidentService } from '@akashic/proto'
import { systemClock } from '@akashic/shared/clock'
import { createOutbox, type OutgoingEvent } from '@akashic/shared/events'
import { createIdentitySigner, createIdentityVerifier, generateIdentityKeys, type Role } from '@akashic/shared/identity'
import { sql } from '@akashic/shared/postgres'
import { createRpcClients, createRpcServer, type CallOptions } from '@akashic/shared/rpc'
import { Registry } from 'prom-client'
import { incidentHarness } from './incident/incident-harness.ts'
import { incidentHandlers } from './rpc-incidents.ts'
import { truthHandlers } from './rpc-truth.ts'
import { aComponent, anActor, minute } from './service-harness.ts'
import { createTruthAuditor } from './truth/audit.ts'
import { createTruthMetrics } from './truth/truth-metrics.ts'

/** IncidentService over real gRPC, on a real database, with the outbox of production. */
async function startIncidentService() {
  const service = await incidentHarness([aComponent('web', { critical: true })])
  const { log } = service
  const keys = generateIdentityKeys()
  const verifyToken = createIdentityVerifier(keys.publicKeys, systemClock)
  const rpcServer = createRpcServer({ listen: '127.0.0.1:0', log, metrics: new Registry(), verifyToken })
  const deps = { ...service, outbox: createOutbox('status'), assertStarted: () => undefined }
  rpcServer.add(incidentService, {
    ...incidentHandlers(deps),
    ...truthHandlers(deps),
  })
  const address = await rpcServer.start()
  const signToken = createIdentitySigner(keys.privateKey, systemClock)
  const rpcClients = createRpcClients({ addressOf: () => address, signToken, log })
  return {
    ...service,
    client: rpcClients.client<IncidentService>('status', incidentService),
    outboxed: async () =>
      (await service.db.query<{ event: OutgoingEvent }>(sql`SELECT event FROM status.outbox ORDER BY seq`)).map(
        ({ event }) => event,
      ),
    close: async () => {
      await rpcServer.stop(1_000)
      await rpcClients.close()
      await service.close()
    },
  }
}

const as = (role: Role): CallOptions => ({ principal: anActor(role).principal, requestId: 'req-1' })
const operator = as('operator')
const opening = {
  title: 'Checkout fails',
  severity: 'SEVERITY_SEV_2' as const,
  visibility: 'INCIDENT_VISIBILITY_PUBLIC' as const,
  componentIds: ['web'],
  body: 'We look into it.',
  publish: false,
}

let service: Awaited<ReturnType<typeof startIncidentService>>
beforeEach(async () => (service = await startIncidentService()))
afterEach(() => service.close())

test('an incident goes from its draft to its postmortem over gRPC, and its events wait in order in the outbox', async () => {
  const { client } = service
  await service.turn('web', 'outage')
  const { incident } = await client.openIncident(opening, operator)
  const id = incident!.id
  expect(incident).toMatchObject({
    version: 1,
    severity: 'SEVERITY_SEV_2',
    status: 'INCIDENT_STATUS_INVESTIGATING',
    impact: 'IMPACT_CRITICAL',
    openedBy: 'person:Ada',
    isUpdateOverdue: false,
    nextUpdateAtMs: service.clock.now() + 5 * minute,
    components: [{ id: 'web', worstStatus: 'STATUS_OUTAGE' }],
    updates: [{ state: 'UPDATE_STATE_DRAFT', body: 'We look into it.' }],
  })
  expect(incident!.checklist).toHaveLength(20)
  const updateId = incident!.updates[0]!.id
  await client.publishUpdate({ id, version: 1, updateId }, operator)
  await client.editUpdate({ id, version: 2, updateId, body: 'We look at it.' }, operator)
  await client.assignRole({ id, version: 3, role: 'incident_commander', person: 'Grace' }, operator)
  const ticketUrl = 'https://tickets.example.org/1'
  await client.changeIncident({ id, version: 4, ticketUrl, addComponentIds: [], removeComponentIds: [] }, operator)
  const key = 'investigate.logs'
  await client.tickChecklistItem({ id, version: 5, key, isTicked: true, evidence: '' }, operator)
  const words = { body: 'It works.', publish: true, status: 'INCIDENT_STATUS_RESOLVED' as const }
  const added = await client.addUpdate({ id, version: 6, ...words }, operator)
  expect(added).toMatchObject({ incident: { status: 'INCIDENT_STATUS_RESOLVED', version: 7, ticketUrl } })
  expect(added.incident!.updates[0]!.id).toBe(added.updateId)
  const dueAtMs = service.clock.now()
  await client.saveActionItem({ incidentId: id, itemId: '', text: 'More disks', owner: 'Ada', dueAtMs }, operator)
  expect(await client.savePostmortem({ id, version: 0, body: 'We learned.', publish: true }, operator)).toEqual({
    version: 1,
  })
  expect(await client.getPostmortem({ id }, operator)).toMatchObject({
    isPublished: true,
    durations: expect.arrayContaining([expect.objectContaining({ name: 'resolve' })]) as unknown,
    actionItems: [{ text: 'More disks', isOverdue: false }],
  })
  const page = { limit: 0, cursor: '' }
  expect(await client.listActionItems({ ...page, includeDone: false }, operator)).toMatchObject({ nextCursor: '' })
  expect(await client.verifyTimeline({ id }, operator)).toMatchObject({ isIntact: true, problem: '' })
  const { entries } = await client.listTimeline({ id, ...page }, operator)
  expect(entries[0]).toMatchObject({ seq: 1, kind: 'opened', actor: 'person:Ada' })
  expect(JSON.parse(entries[0]!.bodyJson)).toMatchObject({ title: 'Checkout fails' })
  const told = await client.listPublicIncidents({ ...page, onlyUnresolved: false, id: '' }, as('viewer'))
  expect(told.incidents).toMatchObject([{ id, status: 'INCIDENT_STATUS_POSTMORTEM', postmortem: 'We learned.' }])
  expect(told.incidents[0]!.updates.map(({ body, author }) => [body, author])).toEqual([
    ['It works.', ''],
    ['We look at it.', ''],
  ])
  const types = (await service.outboxed()).map(({ type }) => type.split('.')[2])
  expect(types).toEqual([
    ...['opened', 'updated', 'updated', 'updated', 'updated', 'updated', 'resolved'],
    ...['postmortem_published', 'status_changed'],
  ])
})

test('who lacks the role, knows another version or asks for what is not allowed is told so', async () => {
  const { client } = service
  await expect(client.openIncident(opening, as('viewer'))).rejects.toMatchObject({ code: 'permission_denied' })
  const { incident } = await client.openIncident(opening, operator)
  const { id } = incident!
  const words = { body: 'x', publish: false }
  await expect(
    client.addUpdate({ id, version: 9, status: 'INCIDENT_STATUS_UNSPECIFIED', ...words }, operator),
  ).rejects.toMatchObject({ code: 'aborted', extra: { current: { version: 1 } } })
  await expect(
    client.addUpdate({ id, version: 1, status: 'INCIDENT_STATUS_POSTMORTEM', ...words }, operator),
  ).rejects.toMatchObject({ code: 'failed_precondition', extra: { allowed: ['identified', 'monitoring', 'resolved'] } })
  await expect(
    client.addUpdate(
      { id, version: 1, status: 'INCIDENT_STATUS_INVESTIGATING', expectsOpen: false, ...words },
      operator,
    ),
  ).rejects.toMatchObject({ code: 'failed_precondition', extra: { allowed: ['identified', 'monitoring', 'resolved'] } })
  await expect(client.openIncident({ ...opening, severity: 'SEVERITY_UNSPECIFIED' }, operator)).rejects.toMatchObject({
    code: 'invalid_argument',
    fields: [{ pointer: '/severity' }],
  })
  await expect(client.getIncident({ id: 'nothing' }, operator)).rejects.toMatchObject({ code: 'not_found' })
})

test('lists leave out what was not asked for, and restricted incidents for who is no responder', async () => {
  const { client } = service
  await client.openIncident(opening, operator)
  const restricted = { ...opening, visibility: 'INCIDENT_VISIBILITY_RESTRICTED' as const, title: 'Stolen key' }
  await client.openIncident(restricted, as('responder'))
  const all = { limit: 0, cursor: '', statuses: [], severities: [], componentId: '' }
  const titles = async (role: Role, more: object = {}) =>
    (await client.listIncidents({ ...all, ...more }, as(role))).incidents.map(({ title }) => title)
  expect(await titles('operator')).toEqual(['Checkout fails'])
  expect(await titles('responder')).toEqual(['Stolen key', 'Checkout fails'])
  expect(await titles('responder', { severities: ['SEVERITY_SEV_1'] })).toEqual([])
  expect(JSON.stringify(await service.outboxed())).not.toContain('Stolen')
})

test('a change whose event cannot be written leaves no trace', async () => {
  const { client } = service
  const { incident } = await client.openIncident(opening, operator)
  const { id } = incident!
  await service.db.query(sql`ALTER TABLE status.outbox RENAME TO outbox_away`)
  await expect(
    client.publishUpdate({ id, version: 1, updateId: incident!.updates[0]!.id }, operator),
  ).rejects.toMatchObject({ code: 'internal' })
  await service.db.query(sql`ALTER TABLE status.outbox_away RENAME TO outbox`)
  expect((await client.getIncident({ id }, operator)).incident).toEqual(incident)
  expect(await client.verifyTimeline({ id }, operator)).toMatchObject({ isIntact: true })
  expect(await service.actions()).toEqual(['incident.open'])
})

test('what audits find comes over gRPC, and that nobody audited yet is not the same as that nothing was found', async () => {
  const { client, clock } = service
  const asked = { limit: 0, cursor: '', onlyClosed: false }
  expect(await client.listTruthFindings(asked, as('viewer'))).toEqual({ findings: [], nextCursor: '' })
  const { incident } = await client.openIncident(opening, operator)
  clock.advance(6 * minute)
  const metrics = createTruthMetrics(new Registry(), clock)
  await createTruthAuditor({ ...service, asOfMs: () => clock.now(), metrics }).tick(clock.now())
  const { findings, auditedAtMs } = await client.listTruthFindings(asked, as('viewer'))
  expect(auditedAtMs).toBe(clock.now())
  expect(findings).toMatchObject([
    { kind: 'update_overdue', subjectKind: 'incident', subjectId: incident!.id, openedAtMs: clock.now() },
  ])
  expect(findings[0]).not.toHaveProperty('closedAtMs')
})
