import type { AddUpdateRequest, ChangeIncidentRequest, ListIncidentsRequest, OpenIncidentRequest } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import type { RpcCall } from '@akashic/shared/rpc'
import { anIncident, anUpdate } from '../testing/incident-builders.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const atMs = 1_760_000_000_000
const match = { 'if-match': '"3"' }
const pointersOf = (answer: { body: { errors: { pointer: string }[] } }) =>
  answer.body.errors.map((error) => error.pointer).sort()

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.incidents.scripts = {}
})

const keyOf = async (role: string): Promise<string> => {
  const body = { principal: `a ${role}`, kind: 'person', role }
  return (await gateway.call('POST', '/api/v1/keys', { body })).body.key as string
}

describe('opening', () => {
  const opening = { title: 'Checkout is down', severity: 'SEV-2', components: ['shop'], body: 'We look into it.' }

  test('asks the status service on behalf of the caller, as a draft unless it says publish', async () => {
    const asked: { request: OpenIncidentRequest; call: RpcCall }[] = []
    gateway.incidents.scripts.openIncident = async (request, call) => {
      asked.push({ request, call })
      return { incident: anIncident({ version: 1 }) }
    }
    const body = { ...opening, nextUpdateAt: '2026-01-01T10:00:00+01:00' }
    const { status, headers, body: opened } = await gateway.call('POST', '/api/v1/incidents', { body })
    expect(status).toBe(201)
    expect(headers.get('etag')).toBe('"1"')
    expect(headers.get('location')).toBe('/api/v1/incidents/inc-1')
    expect(opened).toMatchObject({ id: 'inc-1', severity: 'SEV-2', status: 'investigating', visibility: 'public' })
    expect(asked[0]!.call.principal).toMatchObject({ name: 'admin', kind: 'person' })
    expect(asked[0]!.request).toEqual({
      title: 'Checkout is down',
      severity: 'SEVERITY_SEV_2',
      visibility: 'INCIDENT_VISIBILITY_PUBLIC',
      componentIds: ['shop'],
      body: 'We look into it.',
      publish: false,
      nextUpdateAtMs: Date.parse('2026-01-01T09:00:00Z'),
    })
  })

  test('twice with one Idempotency-Key opens one incident', async () => {
    let opened = 0
    gateway.incidents.scripts.openIncident = async () => {
      opened += 1
      return { incident: anIncident({ id: `inc-${opened}` }) }
    }
    const headers = { 'idempotency-key': 'pager-4711' }
    const first = await gateway.call('POST', '/api/v1/incidents', { body: opening, headers })
    const second = await gateway.call('POST', '/api/v1/incidents', { body: opening, headers })
    expect([first.body.id, second.body.id, opened]).toEqual(['inc-1', 'inc-1', 1])
  })

  test('with nonsense is refused with every bad field, before anything is asked', async () => {
    const body = { title: ' ', severity: 'SEV-0', components: ['No Slug'], body: '', nextUpdateAt: 'soon', colour: 1 }
    const answer = await gateway.call('POST', '/api/v1/incidents', { body })
    expect(answer.status).toBe(400)
    const bad = ['/body', '/colour', '/components/0', '/nextUpdateAt', '/severity', '/title']
    expect(pointersOf(answer)).toEqual(bad)
  })

  test('that the status service refuses is refused in the words of REST', async () => {
    gateway.incidents.scripts.openIncident = async () => {
      throw new OpsError('invalid_argument', 'nextUpdateAtMs must be later than now.', {
        fields: [
          { pointer: '/componentIds/0', detail: 'is no component' },
          { pointer: '/nextUpdateAtMs', detail: 'must be later than now' },
        ],
      })
    }
    const answer = await gateway.call('POST', '/api/v1/incidents', { body: opening })
    expect(answer.body.detail).toBe('nextUpdateAt must be later than now.')
    expect(pointersOf(answer)).toEqual(['/components/0', '/nextUpdateAt'])
  })

  test('needs the role operator', async () => {
    const answer = await gateway.call('POST', '/api/v1/incidents', { body: opening, key: await keyOf('viewer') })
    expect(answer.body).toMatchObject({ status: 403, code: 'permission_denied' })
  })
})

describe('reading', () => {
  test('an incident is shown whole: updates, roles, checklist, and null for what has not happened', async () => {
    gateway.incidents.scripts.getIncident = async () => ({ incident: anIncident() })
    const { body, headers } = await gateway.call('GET', '/api/v1/incidents/inc-1')
    expect(headers.get('etag')).toBe('"3"')
    expect(body).toMatchObject({
      impact: 'major',
      startedAt: new Date(atMs).toISOString(),
      ...{ resolvedAt: null, firstPublishedAt: null, nextUpdateAt: null, ticketUrl: null },
      components: [{ id: 'shop', worstStatus: 'partial_outage', recoveredAt: null, isRoot: true }],
      updates: [
        {
          ...{ id: 'upd-1', state: 'draft', publishedAt: null, body: 'We are looking into it.' },
          affectedComponents: [{ id: 'shop', oldStatus: 'operational', newStatus: 'partial_outage' }],
        },
      ],
      roles: [{ role: 'incident_commander', person: 'Ada' }],
      checklist: [{ key: 'assess.severity', step: 1, isOverdue: true, tickedAt: null, tickedBy: null }],
    })
  })

  test('lists are filtered by status, severity and component, page by page', async () => {
    const asked: ListIncidentsRequest[] = []
    gateway.incidents.scripts.listIncidents = async (request) => {
      asked.push(request)
      return { incidents: [anIncident({ updates: [], roles: [], checklist: [] })], nextCursor: 'next' }
    }
    const query = 'status=investigating,monitoring&severity=SEV-1&component=shop&limit=1&cursor=c'
    const { body } = await gateway.call('GET', `/api/v1/incidents?${query}`)
    expect(body).toMatchObject({ items: [{ id: 'inc-1', severity: 'SEV-2' }], nextCursor: 'next' })
    expect(body.items[0]).not.toHaveProperty('checklist')
    expect(asked[0]).toEqual({
      ...{ limit: 1, cursor: 'c', componentId: 'shop' },
      statuses: ['INCIDENT_STATUS_INVESTIGATING', 'INCIDENT_STATUS_MONITORING'],
      severities: ['SEVERITY_SEV_1'],
    })
    const bad = await gateway.call('GET', '/api/v1/incidents?status=open')
    expect(pointersOf(bad)).toEqual(['/query/status/0'])
  })

  test('who asks is known to the status service, so that restricted incidents stay with responders', async () => {
    gateway.incidents.scripts.getIncident = async (_, call) => {
      if (call.principal.role === 'viewer') throw new OpsError('not_found', 'There is no such incident.')
      return { incident: anIncident({ visibility: 'INCIDENT_VISIBILITY_RESTRICTED' }) }
    }
    expect((await gateway.call('GET', '/api/v1/incidents/inc-1', { key: await keyOf('viewer') })).status).toBe(404)
    const shown = await gateway.call('GET', '/api/v1/incidents/inc-1', { key: await keyOf('responder') })
    expect(shown.body).toMatchObject({ visibility: 'restricted' })
  })

  test('the timeline is told entry by entry, and verified', async () => {
    gateway.incidents.scripts.listTimeline = async () => ({
      entries: [
        {
          ...{ seq: 1, atMs, actor: 'person:ada', kind: 'opened', bodyJson: '{"title":"Checkout is down"}' },
          ...{ previousHash: '', hash: 'ab' },
        },
      ],
      nextCursor: '',
    })
    const { body } = await gateway.call('GET', '/api/v1/incidents/inc-1/timeline')
    expect(body).toMatchObject({ items: [{ seq: 1, kind: 'opened', body: { title: 'Checkout is down' } }] })
    expect(body.nextCursor).toBeNull()
    gateway.incidents.scripts.verifyTimeline = async () => ({
      ...{ isIntact: false, entries: 7, headHash: 'cd', brokenAtSeq: 4, problem: 'entry 4 was changed' },
    })
    const verified = await gateway.call('GET', '/api/v1/incidents/inc-1/timeline/verification')
    expect(verified.body).toEqual({
      ...{ isIntact: false, entries: 7, headHash: 'cd', brokenAt: 4, problem: 'entry 4 was changed' },
    })
  })
})

describe('updates', () => {
  let said: AddUpdateRequest[]
  beforeEach(() => {
    said = []
    gateway.incidents.scripts.addUpdate = async (request) => {
      said.push(request)
      return { incident: anIncident({ version: 4 }), updateId: 'upd-2' }
    }
  })
  const post = async (path: string, body: object, headers: Record<string, string> = match) =>
    gateway.call('POST', `/api/v1/incidents/inc-1/${path}`, { body, headers })

  test('say how things stand; without a status it stays as it is', async () => {
    const plain = await post('updates', { body: 'Still looking.' })
    expect(plain.status).toBe(201)
    expect(plain.headers.get('location')).toBe('/api/v1/incidents/inc-1/updates/upd-2')
    expect(plain.headers.get('etag')).toBe('"4"')
    await post('updates', { body: 'Found.', status: 'identified', publish: true, nextUpdateAt: '2026-01-01T09:00:00Z' })
    expect(said).toEqual([
      { id: 'inc-1', version: 3, status: 'INCIDENT_STATUS_UNSPECIFIED', body: 'Still looking.', publish: false },
      {
        ...{ id: 'inc-1', version: 3, status: 'INCIDENT_STATUS_IDENTIFIED', body: 'Found.', publish: true },
        nextUpdateAtMs: Date.parse('2026-01-01T09:00:00Z'),
      },
    ])
  })

  test('resolve and reopen', async () => {
    expect((await post('resolve', { body: 'Over.', publish: true })).status).toBe(200)
    expect((await post('reopen', { body: 'Not over.' })).status).toBe(200)
    expect(said.map(({ status, publish }) => ({ status, publish }))).toEqual([
      { status: 'INCIDENT_STATUS_RESOLVED', publish: true },
      { status: 'INCIDENT_STATUS_INVESTIGATING', publish: false },
    ])
  })

  test('need the version that was read; who comes too late is told the present one', async () => {
    expect((await post('updates', { body: 'Still looking.' }, {})).status).toBe(428)
    expect(said).toHaveLength(0)
    gateway.incidents.scripts.addUpdate = async () => {
      throw new OpsError('aborted', 'It was changed.', { extra: { current: { version: 9 } } })
    }
    const late = await post('updates', { body: 'Still looking.' })
    expect(late.body).toMatchObject({ status: 409, code: 'aborted', current: { version: 9 } })
  })

  test('that are not allowed are refused with those that are', async () => {
    gateway.incidents.scripts.addUpdate = async () => {
      throw new OpsError('failed_precondition', 'Not allowed.', { extra: { allowed: ['investigating'] } })
    }
    const refused = await post('updates', { body: 'Found.', status: 'identified' })
    expect(refused.body).toMatchObject({ code: 'failed_precondition', allowed: ['investigating'] })
  })

  test('are published, edited and withdrawn by their id', async () => {
    const asked: object[] = []
    const incident = anIncident({ version: 4, updates: [anUpdate({ state: 'UPDATE_STATE_PUBLISHED' })] })
    gateway.incidents.scripts.publishUpdate = async (request) => (asked.push(request), { incident })
    gateway.incidents.scripts.editUpdate = async (request) => (asked.push(request), { incident })
    gateway.incidents.scripts.withdrawUpdate = async (request) => (asked.push(request), { incident })
    expect((await post('publish', { updateId: 'upd-1' })).body).toMatchObject({ updates: [{ state: 'published' }] })
    const body = { body: 'Better words.' }
    await gateway.call('PATCH', '/api/v1/incidents/inc-1/updates/upd-1', { body, headers: match })
    await post('updates/upd-1/withdraw', { reason: 'It was wrong.' })
    expect(asked).toEqual([
      { id: 'inc-1', version: 3, updateId: 'upd-1' },
      { id: 'inc-1', version: 3, updateId: 'upd-1', body: 'Better words.' },
      { id: 'inc-1', version: 3, updateId: 'upd-1', reason: 'It was wrong.' },
    ])
    expect(pointersOf(await post('publish', {}))).toEqual(['/updateId'])
  })
})

describe('changing', () => {
  test('sends only what was named, and an empty link for one that is taken away', async () => {
    const asked: ChangeIncidentRequest[] = []
    gateway.incidents.scripts.changeIncident = async (request) => (asked.push(request), { incident: anIncident() })
    const patch = async (body: object) => gateway.call('PATCH', '/api/v1/incidents/inc-1', { body, headers: match })
    expect((await patch({ severity: 'SEV-1', addComponents: ['api'] })).status).toBe(200)
    await patch({ ticketUrl: null })
    expect(asked).toEqual([
      {
        ...{ id: 'inc-1', version: 3, severity: 'SEVERITY_SEV_1' },
        ...{ addComponentIds: ['api'], removeComponentIds: [] },
      },
      { id: 'inc-1', version: 3, ticketUrl: '', addComponentIds: [], removeComponentIds: [] },
    ])
    expect((await patch({ ticketUrl: 'javascript:alert(1)' })).status).toBe(400)
    expect((await patch({ status: 'resolved' })).status).toBe(400)
  })

  test('gives roles and takes them away, and ticks the checklist', async () => {
    const asked: object[] = []
    gateway.incidents.scripts.assignRole = async (request) => (asked.push(request), { incident: anIncident() })
    gateway.incidents.scripts.tickChecklistItem = async (request) => (asked.push(request), { incident: anIncident() })
    const assign = async (body: object) =>
      gateway.call('POST', '/api/v1/incidents/inc-1/roles', { body, headers: match })
    await assign({ role: 'scribe', person: 'Grace' })
    await assign({ role: 'scribe', person: null })
    expect((await assign({ role: 'king', person: 'Grace' })).status).toBe(400)
    const item = '/api/v1/incidents/inc-1/checklist/assess.severity'
    const body = { isTicked: true, evidence: 'https://graphs.example/1' }
    await gateway.call('PATCH', item, { body, headers: match })
    expect(asked).toEqual([
      { id: 'inc-1', version: 3, role: 'scribe', person: 'Grace' },
      { id: 'inc-1', version: 3, role: 'scribe', person: '' },
      { id: 'inc-1', version: 3, key: 'assess.severity', ...body },
    ])
  })

  test('links the ticket that a webhook names, without a version', async () => {
    const asked: object[] = []
    gateway.incidents.scripts.linkTicket = async (request) => (asked.push(request), { incident: anIncident() })
    const link = async (url: unknown) => gateway.call('PUT', '/api/v1/incidents/inc-1/ticket', { body: { url } })
    expect((await link('https://tickets.example/OPS-7')).status).toBe(200)
    expect((await link(null)).status).toBe(200)
    expect((await link('javascript:alert(1)')).status).toBe(400)
    expect(asked).toEqual([
      { id: 'inc-1', url: 'https://tickets.example/OPS-7' },
      { id: 'inc-1', url: '' },
    ])
  })
})
