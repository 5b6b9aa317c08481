import { describeReal, eventually, startPostgres, startTestPostgres, type PostgresServer } from '@akashic/testbed'
import pg from 'pg'
import { openDatabaseClient, type DatabaseClient } from '../database-client.ts'
import type { Surroundings } from '../engine.ts'
import { postgresEngine } from '../postgres-engine.ts'
import { readReport, type DatabaseReport, type TopicReport } from '../read-report.ts'
import { usualThresholds, type Thresholds } from '../thresholds.ts'
import type { AnyTopic, TopicName } from '../topic.ts'
import { topics } from '../topics.ts'

export interface Looking {
  readonly url: string
  readonly thresholds?: Partial<Thresholds>
  readonly around?: Partial<Surroundings>
  readonly only?: TopicName
  readonly readyWithin?: number
  readonly deadlineMs?: number
  /** Besides the real ones. */
  readonly besides?: readonly AnyTopic[]
}

/** The report on a database, by a client of its own. */
export async function lookAtDatabase({ url, ...how }: Looking): Promise<DatabaseReport> {
  const client = openDatabaseClient({ url, readyWithin: how.readyWithin ?? 5_000 })
  try {
    return await reportBy(client, how)
  } finally {
    client.close()
  }
}

export async function reportBy(client: DatabaseClient, how: Omit<Looking, 'url'> = {}): Promise<DatabaseReport> {
  const around = { ...surroundingsOf(client), ...how.around }
  const wanted = [...topics.filter(({ name }) => how.only === undefined || name === how.only), ...(how.besides ?? [])]
  const engine = postgresEngine(client, { topics: wanted, thresholds: { ...usualThresholds, ...how.thresholds } })
  const monotonicMs = () => performance.now()
  const { report } = await readReport({
    ...{ engine, around, topics: wanted, monotonicMs, deadlineMs: how.deadlineMs ?? 10_000 },
  })
  return report
}

/** What the database has counted until now, as the sample before a look. */
export async function previousOf(url: string, ageMs = 60_000): Promise<Surroundings['previous']> {
  const client = openDatabaseClient({ url, readyWithin: 5_000 })
  try {
    const { readSample } = await postgresEngine(client).reach(surroundingsOf(client))
    return { sample: (await readSample(true))!, ageMs }
  } finally {
    client.close()
  }
}

const surroundingsOf = ({ place }: DatabaseClient): Surroundings => ({
  ...{
    name: 'orders',
    place,
    poolSize: null,
    poolUsers: [],
    poolsBeside: [],
    uncountedUsers: [],
    ownerOf: () => null,
    previous: null,
    earlier: null,
    memoryBytes: null,
  },
})

export const topicOf = (report: DatabaseReport, name: TopicName): TopicReport =>
  report.topics.find(({ topic }) => topic === name)!

export const findingsOf = (report: DatabaseReport, rule: string) =>
  [...report.findings, ...report.topics.flatMap(({ findings }) => findings)].filter((each) => each.rule === rule)

/** A server with statistics of statements, and as many sessions on it as a test wants. */
export async function startServer(settings: Readonly<Record<string, string>> = {}, maxConnections = 30) {
  const server = await startPostgres({
    maxConnections,
    settings: {
      shared_preload_libraries: 'pg_stat_statements',
      'pg_stat_statements.track_planning': 'off',
      ...settings,
    },
  })
  return { server, ...sessionsOn(server.url), stop: () => server.stop() }
}

/** The server of the version that comes along, with the same. */
export async function startNewServer(settings: Readonly<Record<string, string>> = {}, maxConnections = 30) {
  const server = await startTestPostgres()
  const all = {
    ...{ shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_planning': 'off' },
    ...{ max_connections: String(maxConnections), fsync: 'off', ...settings },
  }
  const sessions = sessionsOn(server.url)
  await sessions.run(...Object.entries(all).map(([name, value]) => `ALTER SYSTEM SET ${name} = '${value}'`))
  process.kill(server.pid, 'SIGINT')
  await eventually(async () => {
    const session = await sessions.session('setup')
    const { rows } = await session.query('SHOW max_connections')
    expect(rows).toEqual([{ max_connections: String(maxConnections) }])
  }, 20_000)
  await sessions.endSessions()
  return { ...sessions, stop: () => server.stop() }
}

/** The address of the same server for another login, as `reader:pa55`. */
export const asLogin = (url: string, login: string): string => url.replace(/\/\/[^@]*@/, `//${login}@`)

/** A suite on the oldest and the newest server that there are here. */
export function onEachPostgres(suite: (start: typeof startNewServer) => void): void {
  describeReal('postgres15', () => suite(startServer))
  describe('on the Postgres that comes along', () => suite(startNewServer))
}

export type StartedServer = Awaited<ReturnType<typeof startServer>> & { readonly server: PostgresServer }

/** Sessions of a test on a server, which it can end together. */
export function sessionsOn(url: string) {
  const open = new Set<pg.Client>()
  const session = async (application = 'shop', as = url): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: as, application_name: application })
    client.on('error', () => undefined)
    await client.connect()
    open.add(client)
    return client
  }
  return {
    url,
    session,
    run: async (...statements: readonly string[]): Promise<void> => {
      const client = await session('setup')
      for (const statement of statements) await client.query(statement)
      open.delete(client)
      await client.end()
    },
    /** Those that wait for a lock do not hear that their client has gone. */
    endSessions: async (): Promise<void> => {
      const admin = new pg.Client({ connectionString: url, application_name: 'admin' })
      await admin.connect()
      const pids = [...open].map((client) => (client as unknown as { processID: number }).processID)
      await admin.query('SELECT pg_terminate_backend(pid, 5000) FROM unnest($1::int[]) pid', [pids])
      await Promise.all([...open].map((client) => client.end().catch(() => undefined)))
      open.clear()
      await admin.end()
    },
  }
}
