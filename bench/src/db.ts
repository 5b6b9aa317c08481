import { findProgram, freePort, startChildServer, startPostgres, type PostgresServer } from '@akashic/testbed'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { cpuMs } from './process-cost.ts'
import { startProduct, type Product } from './product.ts'
import { median, type Report } from './table.ts'

const tables = 5_000
const statementsPerTable = 4
const rounds = 5
/** What costs the server much is looked at in one of them. */
const minutes = 10
const exporter = 'prometheus-postgres-exporter'
const ourStatements = `query LIKE '/* akashic */%'`

/** What it costs to look at a big database: 5,000 tables with an index each and 20,000 statements counted. The whole report is
 *  asked of the product by REST; the minute's look is the product left alone. The peer reads its counters, tables and statements
 *  for Prometheus, and judges none of them; the floor is what the server itself spent on our statements. */
export async function run(): Promise<Report> {
  const program = findProgram(exporter)
  if (program === undefined) throw new Error(`the peer is missing: apt-get install ${exporter}`)
  const server = await startPostgres({
    maxConnections: 30,
    settings: {
      ...{ shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.max': '25000' },
      ...{
        'pg_stat_statements.track': 'all',
        'pg_stat_statements.track_planning': 'on',
        max_locks_per_transaction: '512',
      },
    },
  })
  try {
    const admin = new pg.Client({ connectionString: server.url })
    await admin.connect()
    try {
      await fill(admin)
      const { report, minute } = await measureOurs(server, admin)
      const peer = await measurePeer(server, program)
      return reportOf({ report, minute, peer })
    } finally {
      await admin.end()
    }
  } finally {
    await server.stop()
  }
}

async function fill(admin: pg.Client): Promise<void> {
  await admin.query('CREATE EXTENSION pg_stat_statements')
  const shapes = ['count(*)', 'max(id)', 'min(label)', 'sum(amount)']
  for (let first = 0; first < tables; first += 500) {
    await admin.query(`DO $$ BEGIN FOR t IN ${first}..${first + 499} LOOP
      EXECUTE format('CREATE TABLE shop_%s (id bigint PRIMARY KEY, label text, amount numeric)', t);
      EXECUTE format('INSERT INTO shop_%s SELECT n, ''label '' || n, n FROM generate_series(1, 20) n', t);
      ${shapes.map((shape) => `EXECUTE format('SELECT ${shape} FROM shop_%s WHERE amount > 3', t);`).join('\n')}
    END LOOP; END $$`)
  }
  await admin.query('VACUUM ANALYZE')
}

/** Times of whole reports by REST with the server's share of them, and processor time of the server in minutes without questions. */
async function measureOurs(server: PostgresServer, admin: pg.Client) {
  const postmaster = await postmasterOf(server)
  const product = await startProduct({ config: `databases:\n  - name: shop\n    url: ${server.url}\n` })
  try {
    await ask(product)
    const report = { wallMs: [] as number[], serverMs: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      const before = await serverTimeMs(admin)
      const began = performance.now()
      await ask(product)
      report.wallMs.push(performance.now() - began)
      report.serverMs.push((await serverTimeMs(admin)) - before)
    }
    const minute: number[] = []
    for (let each = 0; each < minutes; each++) {
      const before = cpuMs(postmaster, { tree: true })
      await wait(60_000)
      minute.push(cpuMs(postmaster, { tree: true }) - before)
    }
    return { report, minute }
  } finally {
    await product.stop()
  }
}

async function postmasterOf({ folder }: PostgresServer): Promise<number> {
  return Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0])
}

async function ask({ url, adminKey }: Product): Promise<void> {
  const answer = await fetch(`${url}/api/v1/infra/databases/shop`, { headers: { authorization: `Bearer ${adminKey}` } })
  const { topics } = (await answer.json()) as { topics?: { topic: string; isRead: boolean }[] }
  const unread = topics?.filter(({ isRead }) => !isRead).map(({ topic }) => topic)
  if (unread === undefined || unread.length > 0) throw new Error(`not read: ${unread?.join(', ') ?? answer.status}`)
}

async function serverTimeMs(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query<{ ms: number }>(
    `SELECT coalesce(sum(total_exec_time + total_plan_time), 0) AS ms FROM pg_stat_statements WHERE ${ourStatements}`,
  )
  return rows[0]!.ms
}

const peerQueries = `
tables:
  query: "SELECT relname, seq_scan, idx_scan, n_live_tup, n_dead_tup, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables"
  metrics:
    - relname: { usage: LABEL, description: name }
${['seq_scan', 'idx_scan', 'n_live_tup', 'n_dead_tup', 'n_tup_ins', 'n_tup_upd', 'n_tup_del'].map((name) => `    - ${name}: { usage: COUNTER, description: count }`).join('\n')}
statements:
  query: "SELECT userid::text AS uid, dbid::text AS did, queryid::text AS id, toplevel::text AS top, calls, total_exec_time, rows FROM pg_stat_statements"
  metrics:
${['uid', 'did', 'id', 'top'].map((name) => `    - ${name}: { usage: LABEL, description: name }`).join('\n')}
${['calls', 'total_exec_time', 'rows'].map((name) => `    - ${name}: { usage: COUNTER, description: count }`).join('\n')}
`

async function measurePeer(server: PostgresServer, program: string) {
  const postmaster = await postmasterOf(server)
  const folder = await mkdtemp(join(tmpdir(), 'akashic-bench-db-'))
  const queries = join(folder, 'queries.yaml')
  await writeFile(queries, peerQueries)
  const port = await freePort()
  const peer = await startChildServer({
    ...{ port, program },
    args: [`--web.listen-address=127.0.0.1:${port}`, `--extend.query-path=${queries}`],
    options: { env: { ...process.env, DATA_SOURCE_NAME: `${server.url}?sslmode=disable` } },
  })
  const scraped = { wallMs: [] as number[], cpuMs: [] as number[] }
  try {
    for (let round = 0; round <= rounds; round++) {
      const [began, before] = [performance.now(), cpuMs(postmaster, { tree: true })]
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
      if (!text.includes('shop_4999')) throw new Error('the peer has not read the tables')
      // The first one connects.
      if (round === 0) continue
      scraped.wallMs.push(performance.now() - began)
      scraped.cpuMs.push(cpuMs(postmaster, { tree: true }) - before)
    }
  } finally {
    await peer.stop()
    await rm(folder, { recursive: true })
  }
  return scraped
}

interface Figures {
  readonly report: { readonly wallMs: readonly number[]; readonly serverMs: readonly number[] }
  readonly minute: readonly number[]
  readonly peer: { readonly wallMs: readonly number[]; readonly cpuMs: readonly number[] }
}

function reportOf({ report, minute, peer }: Figures): Report {
  const [ours, floor, theirs] = [report.wallMs, report.serverMs, peer.wallMs].map(median) as [number, number, number]
  const mean = minute.reduce((total, each) => total + each, 0) / minute.length
  const [share, theirShare] = [mean / 60_000, median(peer.cpuMs) / 60_000]
  return {
    rows: [
      {
        measure: `the whole report, ${tables} tables and ${tables * statementsPerTable} statements`,
        ours: `${ours.toFixed(0)} ms`,
        floor: `${floor.toFixed(0)} ms`,
        peer: `${theirs.toFixed(0)} ms`,
        ratio: (ours / floor).toFixed(2),
        aim: '< 2000 ms',
        met: ours < 2_000,
      },
      {
        measure: `of one core of the server's, with a look each minute, over ${minutes} minutes`,
        ours: `${(share * 100).toFixed(2)} %`,
        peer: `${(theirShare * 100).toFixed(2)} %`,
        ratio: (share / theirShare).toFixed(2),
        aim: '< 1 %',
        met: share < 0.01,
      },
    ],
    raw: {
      peer: `${exporter} 0.11.1, its counters, tables and statements alone`,
      rounds,
      minutes,
      report,
      minute,
      scraped: peer,
    },
  }
}
