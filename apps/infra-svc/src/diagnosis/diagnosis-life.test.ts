import { diagnosisHarness, emptyCluster, type DiagnosisHarness } from './diagnosis-harness.ts'
import { askedFor, waitFor } from './ask-diagnosis.ts'
import { cancelDiagnosis } from './cancel-diagnosis.ts'
import { createDiagnosis } from './create-diagnosis.ts'
import { diagnoseAgain } from './diagnose-again.ts'
import { diagnoseIncident } from './diagnose-incident.ts'
import { failAbandoned, listKept } from './store.ts'

let given: DiagnosisHarness
beforeEach(async () => {
  given = await diagnosisHarness(['main', 'edge'])
}, 60_000)
afterEach(() => given.close())

const scope = { kind: 'cluster' } as const
const asked = { cluster: 'main', scope, incidentId: null, requestedBy: 'person:p1' }

test('it runs, ends, and tells of it', async () => {
  const created = await createDiagnosis(given.deps, asked)
  expect(await waitFor(given.deps, created!.id, 5_000)).toMatchObject({
    state: 'succeeded',
    progress: 'done',
    result: { verdict: 'cause_established', causes: [{ object: { kind: 'Deployment', name: 'web' } }] },
  })
  expect(await given.told()).toMatchObject([
    { verdict: 'cause_established', cause: { kind: 'Deployment', namespace: 'shop', name: 'web' } },
  ])
})

test('one that is cancelled while it reads logs ends at once, says nothing, and is in the audit', async () => {
  const reading = given.holdLogs()
  const created = await createDiagnosis(given.deps, asked)
  await reading.begun
  expect(await waitFor(given.deps, created!.id, 0)).toMatchObject({ state: 'running', progress: 'reading_logs' })
  expect(await cancelDiagnosis(given.deps, created!.id, given.operator)).toMatchObject({ state: 'cancelled' })
  reading.release()
  await created!.finished
  expect(await waitFor(given.deps, created!.id, 0)).toMatchObject({ state: 'cancelled', result: null })
  expect(await given.told()).toEqual([])
  expect(await given.audited()).toMatchObject([{ action: 'diagnosis.cancel', subject: created!.id }])
})

describe('one that looks back to a time', () => {
  const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
  const ask = async (sinceMs: number) => {
    const about = { cluster: 'main', scope: 'workload', namespace: '', component: '', workload, sinceMs }
    return waitFor(given.deps, await askedFor(given.deps, about, 'person:p1'), 5_000)
  }
  const crashedAt = Date.parse('2026-11-20T11:58:01Z')

  test('tells it, and what came since', async () => {
    const since = new Date(crashedAt - 1_000).toISOString()
    expect(await ask(crashedAt - 1_000)).toMatchObject({ result: { verdict: 'cause_established', since } })
    expect(await ask(0)).toMatchObject({ result: { verdict: 'cause_established', since: null } })
  })

  test('tells nothing of what was before, save that it is left out', async () => {
    expect(await ask(crashedAt + 600_000)).toMatchObject({
      result: { verdict: 'unknown', symptoms: [], causes: [], summary: expect.stringContaining('left out') },
    })
  })

  test.each([
    ['in the future', () => given.now() + 60_000, 'since must not be in the future.'],
    ['before all time', () => -1, 'since must not be before 1970.'],
  ])('is refused %s', async (_, at, message) => {
    await expect(ask(at())).rejects.toMatchObject({ code: 'invalid_argument', message })
    expect(await listKept(given.db, { cluster: '', incidentId: '' }, Number.MAX_SAFE_INTEGER, 10)).toEqual([])
  })
})

test('one that has ended cannot be cancelled any more', async () => {
  const created = await createDiagnosis(given.deps, asked)
  await created!.finished
  expect(await cancelDiagnosis(given.deps, created!.id, given.operator)).toMatchObject({ state: 'succeeded' })
  expect(await given.audited()).toEqual([])
})

test('what a dead replica left running is ended, and says so', async () => {
  const reading = given.holdLogs()
  const created = await createDiagnosis(given.deps, asked)
  await reading.begun
  await failAbandoned(given.db, 60_000, new Date(given.now()))
  expect(await waitFor(given.deps, created!.id, 0)).toMatchObject({ state: 'running' })
  await failAbandoned(given.db, 0, new Date(given.now()))
  reading.release()
  await created!.finished
  expect(await waitFor(given.deps, created!.id, 0)).toMatchObject({
    state: 'failed',
    problem: 'the replica that made it is gone',
  })
})

test('an incident is diagnosed once in each cluster that runs one of its components, of all of them there', async () => {
  given.components.push(
    given.runs('checkout', 'main', 'web'),
    given.runs('search', 'main', 'search'),
    given.runs('cache', 'edge', 'cache'),
    given.runs('elsewhere', 'unknown', 'x'),
    { id: 'mail', dependsOn: [], targets: undefined },
  )
  given.incidents.set('inc-1', ['checkout', 'search', 'cache', 'elsewhere', 'mail'])
  await Promise.all([diagnoseIncident(given.deps, 'inc-1'), diagnoseIncident(given.deps, 'inc-1')])
  const kept = await listKept(given.db, { cluster: '', incidentId: 'inc-1' }, Number.MAX_SAFE_INTEGER, 10)
  expect(
    kept.map(({ cluster, scope }) => ({ cluster, scope })).toSorted((a, b) => a.cluster.localeCompare(b.cluster)),
  ).toMatchObject([
    { cluster: 'edge', scope: { components: ['cache'] } },
    { cluster: 'main', scope: { components: ['checkout', 'search'] } },
  ])
  expect(await given.told()).toHaveLength(2)
})

test('an incident that may not be known of, or of nothing that runs in a cluster, is not diagnosed', async () => {
  given.incidents.set('inc-2', ['mail'])
  await diagnoseIncident(given.deps, 'restricted')
  await diagnoseIncident(given.deps, 'inc-2')
  expect(await listKept(given.db, { cluster: '', incidentId: '' }, Number.MAX_SAFE_INTEGER, 10)).toEqual([])
})

test('while a cluster is being read, nobody says that it is well', async () => {
  given.clusters.set('main', emptyCluster('main'))
  await expect(createDiagnosis(given.deps, asked)).rejects.toMatchObject({ code: 'unavailable' })
})

describe('an incident whose cause is not seen at once', () => {
  const attempts = async () =>
    (await listKept(given.db, { cluster: '', incidentId: 'inc-1' }, Number.MAX_SAFE_INTEGER, 10)).length
  const secondsLater = (seconds: number) => diagnoseAgain(given.deps, given.now() + seconds * 1_000)

  beforeEach(() => {
    given.components.push(given.runs('calm', 'main', 'calm'))
    given.clusters.get('main')!.model.put(given.aDeployment('calm'))
    given.incidents.set('inc-1', ['calm'])
  })

  test('is diagnosed again after a while, a few times, and no more once it is over', async () => {
    await diagnoseIncident(given.deps, 'inc-1')
    await secondsLater(5)
    expect(await attempts()).toBe(1)
    await secondsLater(16)
    expect(await attempts()).toBe(2)
    await secondsLater(30)
    expect(await attempts()).toBe(2)
    await Promise.all([secondsLater(61), secondsLater(61)])
    expect(await attempts()).toBe(3)
    given.incidents.delete('inc-1')
    await secondsLater(600)
    expect(await attempts()).toBe(3)
  })

  test('is not diagnosed again once the cause is there', async () => {
    await diagnoseIncident(given.deps, 'inc-1')
    given.clusters.get('main')!.model.put(given.aDeployment('calm', 0))
    await secondsLater(16)
    expect((await given.told()).map(({ verdict }) => verdict)).toEqual(['nothing_wrong', 'cause_established'])
    await secondsLater(100)
    expect(await attempts()).toBe(2)
  })
})

test.each([
  ['is not there', 'gone', /does not exist/],
  ['is scaled to nothing', 'idle', /scaled to 0/],
])('a component whose workload %s has that for its cause', async (_, name, because) => {
  given.components.push(given.runs('shop', 'main', name))
  given.clusters.get('main')!.model.put(given.aDeployment('idle', 0))
  given.incidents.set('inc-1', ['shop'])
  await diagnoseIncident(given.deps, 'inc-1')
  expect(await given.told()).toMatchObject([
    { verdict: 'cause_established', cause: { name }, summary: expect.stringMatching(because) },
  ])
})

test('a log that cannot be read is told as not seen', async () => {
  given.refuseLogs('pods "web-1-a" is forbidden')
  const created = await createDiagnosis(given.deps, asked)
  expect(await waitFor(given.deps, created!.id, 5_000)).toMatchObject({
    result: {
      unseen: expect.arrayContaining([{ what: 'log of Pod shop/web-1-a', reason: 'pods "web-1-a" is forbidden' }]),
    },
  })
})
