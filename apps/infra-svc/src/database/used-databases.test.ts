import { waitFor } from '../diagnosis/ask-diagnosis.ts'
import { createDiagnosis } from '../diagnosis/create-diagnosis.ts'
import { diagnosisHarness, type DiagnosisHarness } from '../diagnosis/diagnosis-harness.ts'
import { holdLease, writeFindings } from '../finding/write-findings.ts'
import { databaseFinding } from './database-finding.ts'
import { openDatabaseClient } from './database-client.ts'
import { keptFinding, sourceOf } from './keep-database.ts'
import { createLooks } from './look-in-turn.ts'
import { postgresEngine } from './postgres-engine.ts'

let given: DiagnosisHarness
beforeEach(async () => {
  given = await diagnosisHarness(['main'])
}, 60_000)
afterEach(() => given.close())

const spec = { name: 'orders', url: 'postgres://reader:x@db.example.org/shop', readyWithin: 1_000 }
const client = openDatabaseClient(spec)
const lockTree = databaseFinding(
  { name: 'orders', place: client.place },
  {
    ...{ rule: 'db-lock-tree', severity: 'critical', kind: 'Session', object: 'pid 7', reason: 'BlocksOthers' },
    ...{ summary: 'Session 7 keeps 3 sessions waiting.', evidence: { state: 'idle in transaction' }, remedies: [] },
    because: 'it holds locks that 3 sessions wait for',
  },
)

async function diagnosed(database: string | undefined) {
  const runs = given.runs('web', 'main', 'web')
  given.components.push({ ...runs, targets: { ...runs.targets!, database } })
  const log = async () => 'Error: timeout exceeded when trying to connect'
  Object.assign(given.clusters.get('main')!.client, { getText: log })
  const see = () => ({ found: [keptFinding(lockTree, sourceOf('orders'))], ended: [] })
  await holdLease(given.db, sourceOf('orders'), 'r1', 60_000)
  await writeFindings(
    { ...given.deps, replicaId: 'r1' },
    { source: sourceOf('orders'), nowMs: given.now(), isDue: true, see },
  )
  const deps = {
    ...given.deps,
    databases: { all: () => [{ spec, engine: postgresEngine(client), looks: createLooks() }] },
  }
  const scope = { kind: 'workload', workload: { kind: 'Deployment', namespace: 'shop', name: 'web' } } as const
  const created = await createDiagnosis(deps, { cluster: 'main', scope, incidentId: null, requestedBy: 'person:p1' })
  return (await waitFor(deps, created!.id, 5_000)).result as { causes: readonly { object: unknown }[]; verdict: string }
}

test('a diagnosis of a workload blames the session that locks the database of its component', async () => {
  const { verdict, causes } = await diagnosed('orders')
  expect(verdict).toBe('cause_established')
  expect(causes[0]!.object).toEqual({ kind: 'Session', namespace: 'orders', name: 'pid 7' })
})

test('the troubles of a database that its component does not use are none of it', async () => {
  expect(JSON.stringify((await diagnosed(undefined)).causes)).not.toContain('pid 7')
})
