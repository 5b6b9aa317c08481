import { describeReal } from '@akashic/testbed'
import { wholeReadsOf, type ConditionSeen } from './topic/quals.ts'
import { findingsOf, lookAtDatabase, startServer, topicOf, type StartedServer } from './testing/server.ts'

const rows = 60_000
const setUp = [
  'CREATE EXTENSION pg_stat_statements',
  'CREATE TABLE person (id int PRIMARY KEY, email text NOT NULL, is_active boolean, filler text NOT NULL)',
  `INSERT INTO person SELECT n, 'p' || n, n % 2 = 0, repeat('x', 60) FROM generate_series(1, ${rows}) n`,
  'ANALYZE',
]
const thresholds = { indexMinMeanMs: 0.1 }

describeReal('hypopg', () => {
  let database: StartedServer
  beforeAll(async () => {
    database = await startServer()
    await database.run(...setUp)
  }, 60_000)
  afterEach(() => database.endSessions())
  afterAll(() => database.stop())

  test('of a column that a function, an operator or a cast makes something else of no index is proposed', async () => {
    await database.run(
      'CREATE TABLE letter (code varchar(20), number int, weight int, note text, sent timestamp)',
      "INSERT INTO letter SELECT 'c' || n, n, n, 'n' || n, now() + n * interval '1 s' FROM generate_series(1, 5000) n",
      'ANALYZE letter',
    )
    const shop = await database.session()
    const conditions = [
      ...["lower(note) = 'n7'", "date_trunc('day', sent) = '2026-11-20'", "number::text = '7'", '7 + weight = 9'],
      ...['number * weight = 49', "NOT (note = 'n7' AND sent < '2026-11-20')", "code = 'c7'"],
    ]
    for (const condition of conditions)
      for (let at = 0; at < 55; at++) await shop.query(`SELECT count(*) FROM letter WHERE ${condition}`)
    const report = await lookAtDatabase({ url: database.url, only: 'indexes', thresholds: { indexMinMeanMs: 0 } })
    const found = findingsOf(report, 'db-missing-index').map(({ object, part }) => [object.name, part])
    await database.run('DROP TABLE letter')
    expect(found).toEqual([['public.letter', 'code']])
  }, 30_000)

  test('the server is asked whether it would use an index, and one that it would not is not proposed', async () => {
    const shop = await database.session()
    for (let at = 0; at < 55; at++) await shop.query(`SELECT filler FROM person WHERE email = 'p${at}'`)
    for (let at = 0; at < 55; at++)
      await shop.query(`SELECT count(filler) FROM person WHERE is_active = ${at % 2 === 0}`)
    const look = async () =>
      findingsOf(await lookAtDatabase({ url: database.url, only: 'indexes', thresholds }), 'db-missing-index')
    expect((await look()).map(({ part }) => part).toSorted()).toEqual(['email', 'is_active'])
    await database.run('CREATE EXTENSION hypopg')
    const [finding, ...others] = await look()
    expect(others).toEqual([])
    expect(finding).toMatchObject({ part: 'email' })
    const cost = (where: string): number => Number(finding!.evidence.find((each) => each.where === where)!.quote)
    expect(cost('EXPLAIN cost with the index (hypopg)')).toBeLessThan(cost('EXPLAIN cost now') / 10)
    expect((await shop.query("SELECT FROM pg_indexes WHERE tablename = 'person'")).rowCount).toBe(1)
  }, 30_000)
})

describeReal('pg-qualstats', () => {
  let database: StartedServer
  beforeAll(async () => {
    database = await startServer({
      ...{ shared_preload_libraries: 'pg_stat_statements,pg_qualstats', 'pg_qualstats.sample_rate': '1' },
    })
    await database.run(...setUp, 'CREATE EXTENSION pg_qualstats')
  }, 60_000)
  afterEach(() => database.endSessions())
  afterAll(() => database.stop())

  test('conditions that were seen to leave out most rows are told with their numbers, also to who may not read the table', async () => {
    const shop = await database.session()
    for (let at = 0; at < 55; at++) await shop.query(`SELECT filler FROM person WHERE email = 'p${at}' AND id > 0`)
    for (let at = 0; at < 55; at++) await shop.query(`SELECT id FROM person WHERE email = 'p${at}' OR filler = 'y'`)
    await database.run("CREATE ROLE reader LOGIN PASSWORD 'pa55'", 'GRANT pg_monitor TO reader')
    const url = database.url.replace('postgres:testbed', 'reader:pa55')
    const report = await lookAtDatabase({ url, only: 'indexes', thresholds })
    const [finding, ...others] = findingsOf(report, 'db-missing-index')
    expect(others).toEqual([])
    expect(finding).toMatchObject({ object: { name: 'public.person' }, part: expect.stringMatching(/^email/) })
    expect(finding!.evidence).toContainEqual(
      expect.objectContaining({
        where: 'pg_qualstats',
        quote: expect.stringMatching(/email = \?.*: \d+ of \d+ rows left out/),
      }),
    )
    expect(JSON.stringify(report)).not.toMatch(/'p\d+'/)
    // Of what it cannot tell by itself the plan is asked, which needs the right.
    expect(topicOf(report, 'indexes').unknown).toMatchObject([
      { howToGet: expect.stringContaining('pg_read_all_data') },
    ])
  }, 30_000)
})

const aCondition = (changed: Partial<ConditionSeen> = {}): ConditionSeen => ({
  ...{ queryId: '1', table: 'public.person', column: 'email', operator: '=', together: null },
  ...{ times: 10, rowsRead: 600_000, rowsLeftOut: 599_990, ...changed },
})

test('conditions that must hold at once make one read, those beside each other none, and those that spare little none', () => {
  const seen = (...conditions: readonly ConditionSeen[]) =>
    (wholeReadsOf(conditions).get('1') ?? []).map(({ equal, ranged }) => [equal, ranged])
  expect(seen(aCondition())).toEqual([[['email'], []]])
  expect(seen(aCondition({ together: '7' }), aCondition({ together: '7', column: 'age', operator: '>' }))).toEqual([
    [['email'], ['age']],
  ])
  expect(seen(aCondition(), aCondition({ column: 'age' }))).toEqual([])
  expect(seen(aCondition({ rowsLeftOut: 100_000 }))).toEqual([])
  expect(seen(aCondition({ rowsRead: 1_000, rowsLeftOut: 999 }))).toEqual([])
})
