import { eventually } from '@akashic/testbed'
import type pg from 'pg'
import { findingsOf, lookAtDatabase, onEachPostgres, topicOf } from './testing/server.ts'

const pidOf = (client: pg.Client): number => (client as unknown as { processID: number }).processID

onEachPostgres((start) => {
  let database: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    // A deadlock stays for the test to be seen.
    database = await start({ deadlock_timeout: '600s' })
    await database.run(
      'CREATE TABLE stock (id int PRIMARY KEY, count int)',
      'INSERT INTO stock SELECT n, 5 FROM generate_series(1, 9) n',
    )
  }, 60_000)
  afterEach(() => database.endSessions())
  afterAll(() => database.stop())

  const look = () => lookAtDatabase({ url: database.url, only: 'locks', thresholds: { lockWaitSeconds: 0 } })

  async function inTransaction(application: string, ...statements: readonly string[]): Promise<pg.Client> {
    const client = await database.session(application)
    for (const statement of ['BEGIN', ...statements]) await client.query(statement)
    return client
  }
  const touch = (id: number, value = 8_151) => `UPDATE stock SET count = ${value} WHERE id = ${id}`
  const begin = (client: pg.Client, statement: string) => void client.query(statement).catch(() => undefined)

  test('a chain of four sessions is told from its root, and a deadlock beside it for itself', async () => {
    const first = await inTransaction('first', touch(1))
    const second = await inTransaction('second', touch(2))
    const third = await inTransaction('third', touch(3))
    const fourth = await inTransaction('fourth')
    begin(second, touch(1))
    begin(third, touch(2))
    begin(fourth, touch(3))
    const left = await inTransaction('left', touch(8))
    const right = await inTransaction('right', touch(9))
    begin(left, touch(9))
    begin(right, touch(8))
    const report = await eventually(async () => {
      const seen = await look()
      expect(topicOf(seen, 'locks').tables[0]!.rows).toHaveLength(4)
      expect(findingsOf(seen, 'db-deadlock')).toHaveLength(1)
      return seen
    }, 5_000)
    const rows = topicOf(report, 'locks').tables[0]!.rows
    expect(rows.map(({ pid, depth }) => [pid, depth])).toEqual([
      [pidOf(first), 0],
      [pidOf(second), 1],
      [pidOf(third), 2],
      [pidOf(fourth), 3],
    ])
    const [tree, ...others] = findingsOf(report, 'db-lock-tree')
    expect(others).toEqual([])
    expect(tree).toMatchObject({
      ...{ severity: 'critical', object: { kind: 'Session', name: `pid ${pidOf(first)}` } },
      blames: [{ object: { name: `pid ${pidOf(first)}` }, strength: 'direct' }],
    })
    expect(tree!.summary).toContain('keeps 3 sessions waiting')
    expect(tree!.evidence.map(({ where }) => where)).toContain(`pg_blocking_pids(${pidOf(fourth)})`)
    expect(topicOf(report, 'locks').says).toBe('5 sessions wait for locks')
    const [deadlock] = findingsOf(report, 'db-deadlock')
    expect(deadlock!.part).toBe([pidOf(left), pidOf(right)].toSorted((a, b) => a - b).join(','))
    expect(JSON.stringify(report)).not.toContain('8151')
  })

  test('the way out names the session so that no other is ended, frees all, and is only proposed', async () => {
    const root = await inTransaction('first', touch(1))
    const waiter = await inTransaction('second')
    const waiting = waiter.query(touch(1, 7))
    const report = await eventually(async () => {
      const seen = await look()
      expect(findingsOf(seen, 'db-lock-tree')).toHaveLength(1)
      return seen
    }, 5_000)
    const [way] = topicOf(report, 'locks').tables[1]!.rows
    expect(way).toMatchObject({ pid: pidOf(root), frees: 1 })
    expect(way!['backendStart']).toMatch(/^\d{4}-/)
    const [finding] = findingsOf(report, 'db-lock-tree')
    expect(finding!.remedies.map(({ isDestructive }) => isDestructive)).toEqual([false, false, true])
    const { command, undo, changes } = finding!.remedies.at(-1)!
    expect(undo).toBeNull()
    expect(changes).toContain('frees 1 waiting session')
    expect(changes).toContain('cannot be had again')
    const statement = /-c "(.*)"$/.exec(command!)![1]!
    const admin = await database.session('admin')
    // Of a transaction that is another by now nothing is ended.
    const other = statement.replace(/xact_start = '\d{4}/, "xact_start = '1999")
    expect((await admin.query(other)).rowCount).toBe(0)
    expect((await admin.query(statement)).rowCount).toBe(1)
    await waiting
    expect(findingsOf(await look(), 'db-lock-tree')).toEqual([])
  })

  test('the pod that holds the locks and the workload that it is of are told', async () => {
    await inTransaction('first', touch(1))
    begin(await inTransaction('second'), touch(1))
    const pod = { kind: 'Pod', namespace: 'shop', name: 'web-7f9-x' }
    const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
    const ownerOf = (address: string) => (address === '127.0.0.1' ? { pod, workload } : null)
    const report = await eventually(async () => {
      const seen = await lookAtDatabase({
        ...{ url: database.url, only: 'locks', around: { ownerOf }, thresholds: { lockWaitSeconds: 0 } },
      })
      expect(findingsOf(seen, 'db-lock-tree')).toHaveLength(1)
      return seen
    }, 5_000)
    const [finding] = findingsOf(report, 'db-lock-tree')
    expect(finding!.involves).toEqual(expect.arrayContaining([pod, workload]))
    expect(finding!.evidence).toContainEqual(
      expect.objectContaining({ where: 'workload', quote: 'Deployment shop/web' }),
    )
    expect(topicOf(report, 'locks').tables[0]!.rows[0]).toMatchObject({
      pod: 'web-7f9-x',
      workload: 'Deployment shop/web',
    })
  })

  test('who waits for a lock is not told to take long', async () => {
    await inTransaction('first', touch(1))
    const waiter = await inTransaction('second')
    begin(waiter, touch(1))
    const admin = await database.session('admin')
    const waitsForLong = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query_start < now() - interval '1 s'`
    await eventually(async () => expect((await admin.query(waitsForLong)).rowCount).toBe(1))
    const thresholds = { longQuerySeconds: 0 }
    const report = await lookAtDatabase({ url: database.url, only: 'connections', thresholds })
    expect(findingsOf(report, 'db-long-query')).toEqual([])
  })

  test('where nobody waits nothing is told', async () => {
    await inTransaction('first', touch(1))
    const report = await look()
    expect(report.status).toBe('healthy')
    expect(topicOf(report, 'locks')).toMatchObject({ says: 'nobody waits for a lock', findings: [] })
  })
})
