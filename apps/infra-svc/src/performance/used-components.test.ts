import type { Finding } from '../finding/finding.ts'
import { holdLease, writeFindings } from '../finding/write-findings.ts'
import { waitFor } from '../diagnosis/ask-diagnosis.ts'
import { createDiagnosis } from '../diagnosis/create-diagnosis.ts'
import { diagnosisHarness, type DiagnosisHarness } from '../diagnosis/diagnosis-harness.ts'
import { componentFinding } from './judge/component-finding.ts'
import { keptFindings, sourceOf } from './kept-component.ts'

let given: DiagnosisHarness
beforeEach(async () => {
  given = await diagnosisHarness(['main'])
  given.clusters.get('main')!.model.put(given.aDeployment('till'))
}, 60_000)
afterEach(() => given.close())

const till = { kind: 'Deployment', namespace: 'shop', name: 'till' }
const slow = (component: string): Finding =>
  componentFinding({
    ...{ rule: 'perf-slow-response', severity: 'warning', component, reason: 'SlowResponse', remedies: [] },
    ...{ summary: `The 95th percentile of ${component} is 5 s.`, evidence: { '95th percentile': '5 s' }, atMs: 0 },
  })

async function keep(component: string, isInCluster: boolean) {
  const source = sourceOf(component)
  const found = keptFindings(component, [slow(component)], isInCluster ? till : null)
  await holdLease(given.db, source, 'r1', 60_000)
  const see = () => ({ found, ended: [] })
  await writeFindings({ ...given.deps, replicaId: 'r1' }, { source, nowMs: given.now(), isDue: true, see })
}

async function diagnosed() {
  const scope = { kind: 'component', components: ['till'], workloads: [till] } as const
  const created = await createDiagnosis(given.deps, {
    ...{ cluster: 'main', scope, incidentId: null, requestedBy: 'person:p1' },
  })
  return (await waitFor(given.deps, created!.id, 5_000)).result as {
    readonly causes: readonly { readonly object: unknown }[]
    readonly symptoms: readonly { readonly rule: string }[]
    readonly verdict: string
  }
}

test('a diagnosis of a slow component blames the slow one that it depends on, wherever that runs', async () => {
  given.components.push({ ...given.runs('till', 'main', 'till'), dependsOn: ['bank'] }, { id: 'bank', dependsOn: [] })
  await keep('till', true)
  await keep('bank', false)
  const { verdict, causes, symptoms } = await diagnosed()
  expect(symptoms.map(({ rule }) => rule)).toEqual(['perf-slow-response'])
  expect(verdict).toBe('cause_established')
  expect(causes[0]!.object).toEqual({ kind: 'Component', namespace: '', name: 'bank' })
})

test('how a component performs that it does not depend on is none of it', async () => {
  given.components.push(given.runs('till', 'main', 'till'), { id: 'bank', dependsOn: [] })
  await keep('till', true)
  await keep('bank', false)
  expect(await diagnosed()).toMatchObject({ verdict: 'none_established', causes: [] })
})
