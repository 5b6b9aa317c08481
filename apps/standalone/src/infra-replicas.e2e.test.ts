import { openDatabase, sql, type Database } from '@akashic/shared/postgres'
import {
  describeReal,
  eventually,
  startKubernetes,
  startNodeAgent,
  startTestPostgres,
  type KubernetesCluster,
  type NodeAgent,
  type TestPostgres,
} from '@akashic/testbed'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { makeHome, type Home } from './testing/home.ts'
import { adminKey, killAll, startProduct, type Product } from './testing/run-product.ts'

const deployment = (name: string, image: string, pod = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: '${image}'${pod} }] }
---`

describeReal('kubernetes', () => {
  let cluster: KubernetesCluster
  let agent: NodeAgent
  let postgres: TestPostgres
  let db: Database
  let homes: readonly Home[] = []
  let replicas: Product[] = []

  beforeAll(async () => {
    cluster = await startKubernetes()
    agent = await startNodeAgent(cluster, { nodes: [{ name: 'worker-1' }], registry: { images: ['web:1', 'web:2'] } })
    await cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }')
    await cluster.apply(deployment('web', 'web:1') + deployment('till', 'web:1') + deployment('checkout', 'web:404'))
    postgres = await startTestPostgres()
    db = openDatabase({
      url: postgres.url,
      applicationName: 'test',
      log: pino({ level: 'silent' }),
    })
    homes = await Promise.all([makeHome(configuration()), makeHome(configuration())])
    replicas = await Promise.all(homes.map(start))
    await shareAdminKey()
  }, 180_000)
  afterAll(async () => {
    await killAll()
    await db?.close()
    agent?.stop()
    await Promise.all([cluster?.stop(), postgres?.stop(), ...homes.map((home) => home.remove())])
  }, 60_000)

  const configuration = (): string => `
clusters: [{ name: main, kubeconfig: ${cluster.kubeconfig} }]
components:
  - { id: till, name: Till, targets: { kubernetes: { cluster: main, namespace: shop, kind: Deployment, name: till } } }
  - id: checkout
    name: Checkout
    critical: true
    targets: { kubernetes: { cluster: main, namespace: shop, kind: Deployment, name: checkout } }
    checks: [{ kind: tcp, host: 127.0.0.1, port: 1, interval: 1s, failureThreshold: 1 }]
`
  const start = (home: Home): Promise<Product> =>
    startProduct(home, { env: { AKASHIC_CONFIG: home.configFile, DATABASE_URL: postgres.url } })

  /** The replica that came first made the key of their common database. */
  async function shareAdminKey(): Promise<void> {
    const keys = await Promise.all(homes.map((home) => adminKey(home).catch(() => null)))
    const key = keys.find((found) => found !== null)!
    for (const home of homes) await writeFile(join(home.dataDir, 'admin.key'), key)
  }

  const read = async (product: Product): Promise<void> => {
    await eventually(async () => {
      const { json } = await product.call('GET', '/api/v1/infra/clusters')
      expect(json.items).toMatchObject([{ name: 'main', state: 'fresh' }])
    }, 30_000)
  }

  /** The answer of one replica, without what differs from run to run: when it was made. */
  async function diagnosisBy(product: Product, scope: object) {
    const { json, status } = await product.call('POST', '/api/v1/infra/diagnoses?wait=20s', scope)
    expect(status).toBeLessThan(300)
    const { at: _at, ...result } = json.result
    return result
  }

  /** What events of a type have said, once all that were written are out. */
  const told = async (type: string): Promise<readonly Record<string, unknown>[]> => {
    await eventually(async () => expect(await db.query(sql`SELECT seq FROM infra.outbox`)).toEqual([]), 20_000)
    const rows = await db.query<{ data: Record<string, unknown> }>(
      sql`SELECT event -> 'data' AS data FROM events.event_log WHERE event ->> 'type' = ${`akashic.infra.${type}.v1`}`,
    )
    return rows.map(({ data }) => data)
  }

  const changesOf = (kind: string, name: string) =>
    db.query<{ id: string; kind: string }>(sql`
      SELECT id, change ->> 'kind' AS kind FROM infra.change
       WHERE change #>> '{object,kind}' = ${kind} AND change #>> '{object,name}' = ${name}
       ORDER BY at`)

  test('what both replicas see is one change with one event, and a diagnosis names it after they were started anew', async () => {
    await Promise.all(replicas.map(read))
    await cluster.kubectl(['delete', '-n', 'shop', 'deployment', 'till'])
    await cluster.kubectl(['scale', '-n', 'shop', 'deployment', 'web', '--replicas=0'])
    await eventually(async () => {
      expect((await changesOf('Deployment', 'till')).map(({ kind }) => kind)).toEqual(['deleted'])
      expect((await changesOf('Deployment', 'web')).map(({ kind }) => kind)).toEqual(['scaled'])
    }, 20_000)

    const asked = { scope: 'component', component: 'till' }
    const before = await diagnosisBy(replicas[0]!, asked)
    expect(before).toMatchObject({
      verdict: 'cause_established',
      causes: [
        {
          object: { kind: 'Deployment', name: 'till' },
          evidence: expect.arrayContaining([
            expect.objectContaining({ kind: 'change', quote: 'Deployment shop/till was deleted.' }),
          ]),
        },
      ],
    })
    expect(await diagnosisBy(replicas[1]!, asked)).toEqual(before)

    await Promise.all(replicas.map((replica) => replica.stop('SIGKILL')))
    replicas = await Promise.all(homes.map(start))
    await Promise.all(replicas.map(read))
    for (const replica of replicas) expect(await diagnosisBy(replica, asked)).toEqual(before)

    const events = await told('change_seen')
    for (const name of ['till', 'web']) {
      const [change, ...more] = await changesOf('Deployment', name)
      expect(more).toEqual([])
      expect(events.filter(({ changeId }) => changeId === change!.id)).toHaveLength(1)
    }
  }, 180_000)

  test('an incident is diagnosed once at a time, whichever replica hears of it', async () => {
    await eventually(async () => {
      const made = await told('diagnosis_completed')
      expect(made.filter(({ incidentId }) => incidentId !== undefined)).not.toEqual([])
    }, 60_000)
    const rows = await db.query<{ count: number; attempts: number }>(sql`
      SELECT count(*)::int AS count, count(DISTINCT (incident_id, cluster, attempt))::int AS attempts
        FROM infra.diagnosis WHERE incident_id IS NOT NULL`)
    expect(rows[0]!.count).toBe(rows[0]!.attempts)
    const made = (await told('diagnosis_completed')).filter(({ incidentId }) => incidentId !== undefined)
    expect(new Set(made.map(({ diagnosisId }) => diagnosisId)).size).toBe(made.length)
    expect(made[0]).toMatchObject({ verdict: 'cause_established', cause: { kind: 'Deployment', name: 'checkout' } })
  }, 90_000)

  test('one replica writes the findings, the other takes over when it is killed, and none is told twice', async () => {
    await Promise.all(replicas.map(read))
    const owner = async (): Promise<string> => {
      const [lease] = await db.query<{ owner: string }>(
        sql`SELECT owner FROM infra.cluster_lease WHERE cluster = 'main'`,
      )
      return lease?.owner ?? ''
    }
    /** Those that have looked for findings. */
    const writers = async (): Promise<readonly Product[]> => {
      const measured = await Promise.all(replicas.map((replica) => replica.admin('/metrics')))
      return replicas.filter((_, index) => measured[index]!.text.includes('akashic_cluster_findings{'))
    }
    const openImages = async () => {
      const { json } = await replicas[0]!.call('GET', '/api/v1/infra/findings?rule=pod-image-pull')
      return json.items.map(({ object }: { object: { name: string } }) => object.name).toSorted()
    }
    await eventually(async () => expect(await openImages()).toEqual(['checkout']), 40_000)
    await eventually(async () => expect(await writers()).toHaveLength(1), 40_000)
    const first = await owner()

    await cluster.apply(deployment('early', 'web:405'))
    await eventually(async () => expect(await openImages()).toEqual(['checkout', 'early']), 30_000)
    expect(await owner()).toBe(first)

    const [holder, ...others] = await writers()
    expect(others).toEqual([])
    await holder!.stop('SIGKILL')
    replicas = replicas.filter((replica) => replica !== holder)
    await cluster.apply(deployment('late', 'web:406'))
    await cluster.kubectl(['delete', '-n', 'shop', 'deployment', 'early'])
    await eventually(async () => expect(await openImages()).toEqual(['checkout', 'late']), 40_000)
    expect(await owner()).not.toBe(first)

    const opened = (await told('finding_opened')).filter(({ rule }) => rule === 'pod-image-pull')
    const resolved = (await told('finding_resolved')).filter(({ rule }) => rule === 'pod-image-pull')
    const names = (events: readonly Record<string, unknown>[]) =>
      events.map(({ object }) => (object as { name: string }).name).toSorted()
    expect(names(opened)).toEqual(['checkout', 'early', 'late'])
    expect(names(resolved)).toEqual(['early'])
  }, 180_000)
})
