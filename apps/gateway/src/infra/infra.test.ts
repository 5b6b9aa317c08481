import { startGateway, type StartedGateway } from '../testing/start-gateway.ts'

let gateway: StartedGateway
const path = '/api/v1/infra'

beforeAll(async () => {
  gateway = await startGateway()
}, 60_000)
afterAll(() => gateway.stop())

const at = '2026-11-20T12:00:00.000Z'
const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const diagnosis = {
  ...{
    id: '01a20a2b-11f0-7d3c-9c55-7a1c3b9e5f60',
    cluster: 'main',
    state: 'running',
    progress: 'looking',
    problem: '',
    incidentId: '',
  },
  ...{ scopeJson: '{"kind":"workload"}', resultJson: '', createdAtMs: Date.parse(at) },
}
const finding = {
  ...{
    id: 'abc',
    cluster: 'main',
    rule: 'pod-image-pull',
    severity: 'critical',
    state: 'open',
    object: workload,
    part: 'app',
  },
  ...{
    reason: 'ImagePullBackOff',
    summary: 'It cannot get its image.',
    evidence: [],
    remedies: [],
    affected: [workload],
  },
  ...{
    affectedCount: 1,
    since: null,
    firstSeenAt: at,
    lastSeenAt: at,
    resolvedAt: null,
    mutedUntil: null,
    mutedBy: null,
    muteReason: null,
  },
}

test('a diagnosis is begun, told where it will be, and is not waited for unless asked', async () => {
  let asked: unknown
  gateway.infrastructure.scripts.createDiagnosis = async (request) => {
    asked = request
    return { diagnosis }
  }
  const body = { scope: 'workload', namespace: 'shop', name: 'web' }
  const answer = await gateway.call('POST', `${path}/diagnoses?wait=5s`, { body })
  expect(answer.status).toBe(202)
  expect(answer.body).toMatchObject({ state: 'running', result: null, url: `${path}/diagnoses/${diagnosis.id}` })
  expect(asked).toMatchObject({ scope: 'workload', workload, waitMs: 5_000 })
})

test('a diagnosis looks back as far as it is asked to, or as far as is known', async () => {
  const asked: unknown[] = []
  gateway.infrastructure.scripts.createDiagnosis = async (request) => {
    asked.push(request)
    return { diagnosis }
  }
  for (const since of [at, '2026-11-20T13:00:00+01:00', undefined]) {
    expect((await gateway.call('POST', `${path}/diagnoses`, { body: { since } })).status).toBe(202)
  }
  expect(asked).toMatchObject([{ sinceMs: Date.parse(at) }, { sinceMs: Date.parse(at) }, { sinceMs: 0 }])
})

test.each(['yesterday', '1h', '2026-13-01T00:00:00Z', '2026-11-20', 5])(
  'a diagnosis since %p is refused with the field',
  async (since) => {
    const { status, body } = await gateway.call('POST', `${path}/diagnoses`, { body: { since } })
    expect({ status, pointer: body.errors[0].pointer }).toEqual({ status: 400, pointer: '/since' })
  },
)

test('a diagnosis is followed step by step to its end', async () => {
  const states = [
    { ...diagnosis },
    { ...diagnosis, progress: 'reading_logs' },
    { ...diagnosis, progress: 'reading_logs' },
    { ...diagnosis, state: 'failed', progress: 'explaining', problem: 'it could not be made' },
  ]
  gateway.infrastructure.scripts.getDiagnosis = async () => ({ diagnosis: states.shift()! })
  const { status, text } = await gateway.call('GET', `${path}/diagnoses/${diagnosis.id}/events`)
  expect(status).toBe(200)
  const told = text.split('\n\n').filter(Boolean)
  expect(told.map((event) => event.split('\n')[0])).toEqual(['event: progress', 'event: progress', 'event: finished'])
  expect(told[1]).toContain('reading_logs')
  expect(told[2]).toContain('it could not be made')
})

test('a diagnosis is cancelled', async () => {
  gateway.infrastructure.scripts.cancelDiagnosis = async () => ({ diagnosis: { ...diagnosis, state: 'cancelled' } })
  expect((await gateway.call('DELETE', `${path}/diagnoses/${diagnosis.id}`)).body).toMatchObject({ state: 'cancelled' })
})

test.each(['61s', 'soon', '-1s'])('a wait of %s is refused', async (wait) => {
  expect((await gateway.call('POST', `${path}/diagnoses?wait=${wait}`, { body: {} })).status).toBe(400)
})

test('a scope that there is not is refused with the field', async () => {
  const { status, body } = await gateway.call('POST', `${path}/diagnoses`, { body: { scope: 'galaxy' } })
  expect(status).toBe(400)
  expect(body.errors[0].pointer).toBe('/scope')
})

test('findings are listed with their filters, and muted with a reason and a time', async () => {
  const asked: unknown[] = []
  gateway.infrastructure.scripts.listFindings = async (request) => {
    asked.push(request)
    return { findingJson: [JSON.stringify(finding)], nextCursor: '' }
  }
  gateway.infrastructure.scripts.muteFinding = async (request) => {
    asked.push(request)
    return { findingJson: JSON.stringify({ ...finding, mutedUntil: at, mutedBy: 'Ada', muteReason: 'known' }) }
  }
  const listed = await gateway.call('GET', `${path}/findings?namespace=shop&severity=critical&muted=true`)
  expect(listed.body).toMatchObject({ items: [{ rule: 'pod-image-pull' }], nextCursor: null })
  const muted = await gateway.call('POST', `${path}/findings/abc/mute`, { body: { reason: 'known', until: at } })
  expect(muted.body).toMatchObject({ mutedBy: 'Ada' })
  expect((await gateway.call('POST', `${path}/findings/abc/mute`, { body: { until: at } })).status).toBe(400)
  expect(asked).toMatchObject([
    { namespace: 'shop', severity: 'critical', includeMuted: true, state: 'open' },
    { id: 'abc', reason: 'known', untilMs: Date.parse(at) },
  ])
})

test('ends of a question of reachability are taken apart, and bad ones refused', async () => {
  let asked: unknown
  gateway.infrastructure.scripts.getReachability = async (request) => {
    asked = request
    return { reachabilityJson: JSON.stringify({ verdict: 'denied', says: 'no', steps: [], denies: [] }) }
  }
  const question = 'from=Deployment/shop/web&to=ip/10.0.0.1&port=443'
  expect((await gateway.call('GET', `${path}/network/reachability?${question}`)).body).toMatchObject({
    verdict: 'denied',
  })
  expect(asked).toMatchObject({ from: workload, to: { kind: 'IP', name: '10.0.0.1' }, port: 443, protocol: 'TCP' })
  expect((await gateway.call('GET', `${path}/network/reachability?from=web&to=db&port=0`)).status).toBe(400)
})

test('where no infrastructure service runs, its routes say so', async () => {
  gateway.infrastructure.scripts = {}
  expect((await gateway.call('GET', `${path}/clusters`)).status).toBeGreaterThanOrEqual(500)
})

test('a name is looked up in the default namespace unless another is named, and is refused by its length', async () => {
  const asked: unknown[] = []
  const servers = { status: 'unknown', says: '', service: null, address: null, pods: [], errors: [], unread: [] }
  const observed = { status: 'unknown', says: 'it does not answer from here', name: null, addresses: [] }
  const lookup = {
    cluster: 'main',
    namespace: 'default',
    name: 'db',
    verdict: 'unknown',
    says: '',
    tried: [],
    servers,
    observed,
  }
  gateway.infrastructure.scripts.lookUpName = async (request) => {
    asked.push(request)
    return { lookupJson: JSON.stringify(lookup) }
  }
  const { status, body } = await gateway.call('GET', `${path}/network/lookup?name=db`)
  expect([status, body]).toEqual([200, lookup])
  expect(asked).toEqual([{ cluster: '', name: 'db', namespace: 'default' }])
  expect((await gateway.call('GET', `${path}/network/lookup`)).status).toBe(400)
  expect((await gateway.call('GET', `${path}/network/lookup?name=${'a'.repeat(255)}`)).status).toBe(400)
})

test('the storage of a cluster is asked for by namespace', async () => {
  const asked: unknown[] = []
  const report = {
    ...{ cluster: 'main', generatedAt: at, status: 'healthy', classes: [], claims: [], claimCount: 0 },
    ...{ volumes: [], volumeCount: 0, findings: [], unknown: [{ what: 'Pod objects', reason: 'not allowed' }] },
  }
  gateway.infrastructure.scripts.getStorage = async (request) => {
    asked.push(request)
    return { reportJson: JSON.stringify(report) }
  }
  const { status, body } = await gateway.call('GET', `${path}/clusters/main/storage?namespace=shop`)
  expect([status, body]).toEqual([200, report])
  expect(asked).toEqual([{ cluster: 'main', namespace: 'shop' }])
})
