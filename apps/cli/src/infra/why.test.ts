import { akashic } from '../testing/a-session.ts'
import { Problem, startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import type { Cause, Diagnosis, DiagnosisResult } from './infra.ts'

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const aCause = (partial: Partial<Cause> = {}): Cause => ({
  ...{ rank: 1, trouble: 1, object: web, because: 'its image does not exist', isEstablished: true, score: 80 },
  points: [{ rule: 'observed', points: 50, says: 'an observation names it' }],
  evidence: [{ kind: 'event', object: web, where: 'Failed', quote: 'web:2: not found' }],
  chain: [],
  remedies: [{ title: 'Go back', command: 'kubectl rollout undo -n shop deployment/web', changes: 'pods', undo: null }],
  ...partial,
})
const aResult = (partial: Partial<DiagnosisResult> = {}): DiagnosisResult => ({
  ...{ cluster: 'main', verdict: 'cause_established', summary: 'Deployment shop/web: its image does not exist.' },
  ...{ causes: [aCause()], symptoms: [], nextStep: null, ruledOut: [], unseen: [], runbooks: [] },
  ...partial,
})
const aDiagnosis = (partial: Partial<Diagnosis> = {}): Diagnosis => ({
  ...{ id: 'd-1', state: 'succeeded', result: aResult(), problem: null },
  ...partial,
})
const path = 'POST /api/v1/infra/diagnoses'

let server: FakeServer
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  answers[path] = aDiagnosis()
  server = await startFakeServer(answers)
})
afterEach(() => server.stop())
const why = (...argv: readonly string[]) =>
  akashic(['why', ...argv], { env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' } })

test('the verdict comes first, then what to change, what was seen, and the command', async () => {
  const { code, stdout } = await why('web', '-n', 'shop')
  expect(code).toBe(4)
  expect(stdout).toMatch(/^✖ Deployment shop\/web: its image does not exist\.\n\n1\. Deployment shop\/web\n/)
  expect(stdout).toContain('event Deployment shop/web Failed: web:2: not found')
  expect(stdout).toContain('- Go back (changes pods)\n       kubectl rollout undo -n shop deployment/web\n')
})

test('how to take a command back stands below it', async () => {
  const command = 'kubectl scale -n shop deployment/web --replicas=1'
  const undo = 'kubectl scale -n shop deployment/web --replicas=0'
  const result = aResult({ causes: [aCause({ remedies: [{ title: 'Scale it up', command, changes: 'pods', undo }] })] })
  answers[path] = aDiagnosis({ result })
  expect((await why('web', '-n', 'shop')).stdout).toContain(`       ${command}\n       Undo: ${undo}\n`)
})

test('nothing wrong is told by the exit code too', async () => {
  const result = aResult({ verdict: 'nothing_wrong', summary: 'Nothing is wrong.', causes: [] })
  answers[path] = aDiagnosis({ result })
  expect(await why()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^● Nothing is wrong\.\n/) })
})

test('without an established cause what suffers and what only fits are told, and nothing is said to be sure', async () => {
  const result = aResult({
    ...{ verdict: 'none_established', summary: 'Cause: none established.' },
    causes: [aCause({ isEstablished: false })],
    symptoms: [
      { severity: 'critical', object: web, reason: 'Unavailable', summary: 'It has no pods.', isExplained: false },
    ],
  })
  answers[path] = aDiagnosis({ result })
  const { code, stdout } = await why()
  expect(code).toBe(4)
  expect(stdout).toContain('1. Deployment shop/web (only fits)')
  expect(stdout).toContain('\n  ✖ Deployment shop/web: It has no pods.\n')
})

test('what could not be seen is unknown, and says what was missing', async () => {
  const unseen = [{ what: 'Pod', reason: 'forbidden: may not list pods' }]
  const result = aResult({ verdict: 'unknown', summary: 'It could not be seen.', causes: [], unseen })
  answers[path] = aDiagnosis({ result })
  const { code, stdout } = await why()
  expect(code).toBe(5)
  expect(stdout).toMatch(/^\? It could not be seen\.\n/)
  expect(stdout).toContain('Could not be seen\n  Pod: forbidden: may not list pods')
})

test.each([
  [['web', '-n', 'shop'], { scope: 'workload', kind: 'Deployment', namespace: 'shop', name: 'web' }],
  [['shop/statefulset/db'], { scope: 'workload', kind: 'StatefulSet', namespace: 'shop', name: 'db' }],
  [['-n', 'shop'], { scope: 'namespace', namespace: 'shop' }],
  [['--component', 'checkout'], { scope: 'component', component: 'checkout' }],
  [['--cluster', 'main'], { scope: 'cluster', cluster: 'main' }],
])('%j asks for the scope', async (argv, body) => {
  await why(...argv)
  expect(server.asked[0]!.body).toEqual(body)
})

test.each(['--since=2026-11-20T12:00Z', '--since=2026-11-20T13:00+01:00'])(
  '%s is asked for as an instant',
  async (argv) => {
    await why('-n', 'shop', argv)
    expect(server.asked[0]!.body).toEqual({ scope: 'namespace', namespace: 'shop', since: '2026-11-20T12:00:00.000Z' })
  },
)

test('so long ago is asked for as the instant that it was', async () => {
  const before = Date.now()
  await why('--since', '1h')
  const { since } = server.asked[0]!.body as { since: string }
  expect(Date.parse(since)).toBeGreaterThanOrEqual(before - 3_600_000)
  expect(Date.parse(since)).toBeLessThanOrEqual(Date.now() - 3_600_000)
})

test('what is no time is not asked for', async () => {
  const { code, stderr } = await why('--since', 'yesterday')
  expect({ code, asked: server.asked }).toEqual({ code: 2, asked: [] })
  expect(stderr).toContain('neither a duration nor an instant')
})

test('a time in the future is refused in the words of the server', async () => {
  answers[path] = new Problem(400, { code: 'invalid_argument', detail: 'since must not be in the future.' })
  expect(await why('--since', '2126-01-01T00:00Z')).toMatchObject({
    ...{ code: 1, stderr: expect.stringContaining('since must not be in the future.') },
  })
})

test('a diagnosis that failed says why', async () => {
  answers[path] = aDiagnosis({ state: 'failed', result: null, problem: 'the cluster went away' })
  expect(await why()).toMatchObject({ code: 1, stderr: expect.stringContaining('the cluster went away') })
})

test('a diagnosis that takes long tells where it will be', async () => {
  answers[path] = aDiagnosis({ state: 'running', result: null })
  const { code, stderr } = await why()
  expect(code).toBe(1)
  expect(stderr).toContain('/api/v1/infra/diagnoses/d-1')
})

test('what names no workload is not asked for', async () => {
  const { code, stderr } = await why('shop/web')
  expect(code).toBe(1)
  expect(stderr).toMatch(/"shop\/web" names no workload[\s\S]*why deployment\/web -n shop/)
  expect(server.asked).toEqual([])
})

test('a workload that there is not is said to be so in the words of the server', async () => {
  answers[path] = new Problem(404, { code: 'not_found', detail: 'There is no Deployment shop/web.' })
  expect(await why('web', '-n', 'shop')).toMatchObject({
    ...{ code: 1, stderr: expect.stringContaining('There is no Deployment shop/web.') },
  })
})

test('as JSON it is as the server gave it, with the same exit code', async () => {
  const { code, stdout } = await why('--json')
  expect(code).toBe(4)
  expect(JSON.parse(stdout)).toEqual(aDiagnosis())
})

test('causes are numbered without a gap, and what they do not explain is told beside them', async () => {
  const of = (name: string, isExplained: boolean) =>
    ({
      severity: 'critical',
      object: { ...web, name },
      reason: 'BackOff',
      summary: `${name} fails.`,
      isExplained,
    }) as const
  const result = aResult({
    causes: [aCause({ rank: 1 }), aCause({ rank: 2, isEstablished: false }), aCause({ rank: 5 })],
    symptoms: [of('web', true), of('mute', false)],
  })
  answers[path] = aDiagnosis({ result })
  const { stdout } = await why('-n', 'shop')
  expect(stdout.match(/^\d+\. /gm)).toEqual(['1. ', '2. '])
  expect(stdout).toContain('Not explained\n  ✖ Deployment shop/mute: mute fails.')
  expect(stdout).not.toContain('web fails.')
})

test('what one reason keeps from being seen is told once, and where to look on has its command', async () => {
  const kinds = ['Pod', 'Service', 'Node', 'Secret', 'Ingress', 'Job']
  const result = aResult({
    ...{ verdict: 'none_established', summary: 'Cause: none established.', causes: [] },
    unseen: kinds.map((what) => ({ what, reason: 'ECONNREFUSED' })),
    nextStep: { title: 'Read the log', command: 'kubectl logs web', changes: 'nothing', undo: null },
  })
  answers[path] = aDiagnosis({ result })
  const { stdout } = await why()
  expect(stdout).toContain('Pod, Service, Node and 3 other kinds: ECONNREFUSED\n')
  expect(stdout).toContain('Next: Read the log\n  kubectl logs web\n')
})
