import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { eventually } from '@akashic/testbed'
import { pino } from 'pino'
import { openDatabase, sql, startEmbeddedPostgres, type Database } from '../index.ts'

const log = pino({ level: 'silent' })
const isRoot = process.getuid?.() === 0
let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'akashic-embedded-'))
  await chmod(dataDir, 0o711)
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

async function using<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({ url, applicationName: 'test', log })
  return work(db).finally(() => db.close())
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('what was written is there after a restart, and the password is for the owner alone', async () => {
  const first = await startEmbeddedPostgres({ dataDir, log })
  await using(first.url, async (db) => {
    await db.query(sql`CREATE TABLE kept (word text)`)
    await db.query(sql`INSERT INTO kept VALUES (${'yes'})`)
  })
  const pid = await postmasterPid()
  await first.stop(5_000)
  expect(isAlive(pid)).toBe(false)
  expect((await stat(join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600)

  const second = await startEmbeddedPostgres({ dataDir, log })
  expect(await using(second.url, (db) => db.query(sql`SELECT word FROM kept`))).toEqual([{ word: 'yes' }])
  const wrong = new URL(second.url)
  wrong.password = 'wrong'
  await expect(using(wrong.href, (db) => db.query(sql`SELECT 1`))).rejects.toThrow()
  await second.stop(5_000)
})

test('a server that is killed is started again, and what was committed is still there', async () => {
  const server = await startEmbeddedPostgres({ dataDir, log })
  await using(server.url, (db) => db.query(sql`CREATE TABLE kept AS SELECT 1 AS n`))
  const pid = await postmasterPid()
  process.kill(pid, 'SIGKILL')
  await eventually(async () => {
    expect(await using(server.url, (db) => db.query(sql`SELECT n FROM kept`))).toEqual([{ n: 1 }])
    expect(await postmasterPid()).not.toBe(pid)
  }, 15_000)
  await server.stop(5_000)
})

/** A process that starts the server and writes 1, 2, 3, ... each in its own transaction, telling each once committed. */
function aWriter(): { acknowledged: number[]; kill: () => Promise<void> } {
  const script = `
    import { pino } from 'pino'
    import { openDatabase, sql, startEmbeddedPostgres } from '@akashic/shared/postgres'
    const log = pino({ level: 'silent' })
    const { url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log })
    const db = openDatabase({ url, applicationName: 'test', log })
    await db.query(sql\`CREATE TABLE written (n int)\`)
    for (let n = 1; ; n++) {
      await db.query(sql\`INSERT INTO written VALUES (\${n})\`)
      console.log(n)
    }`
  const writer = spawn('node', ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged: number[] = []
  createInterface({ input: writer.stdout }).on('line', (line) => acknowledged.push(Number(line)))
  const closed = new Promise<void>((resolve) => writer.once('close', () => resolve()))
  return {
    acknowledged,
    kill: () => {
      writer.kill('SIGKILL')
      return closed
    },
  }
}

test.each(['whose server lives on', 'together with its server'])(
  'a process that is killed, %s, loses nothing that was acknowledged',
  async (how) => {
    const writer = aWriter()
    await eventually(() => expect(writer.acknowledged.length).toBeGreaterThan(100), 15_000)
    const orphan = await postmasterPid()
    if (how === 'together with its server') process.kill(orphan, 'SIGKILL')
    await writer.kill()

    const server = await startEmbeddedPostgres({ dataDir, log })

    expect(await postmasterPid()).not.toBe(orphan)
    const rows = await using(server.url, (db) => db.query<{ n: number }>(sql`SELECT n FROM written ORDER BY n`))
    expect(rows.map((row) => row.n)).toEqual(expect.arrayContaining(writer.acknowledged))
    await server.stop(5_000)
  },
)

test('a pid file whose number now belongs to another program does not stop the start', async () => {
  const first = await startEmbeddedPostgres({ dataDir, log })
  await first.stop(5_000)
  await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${dataDir}/postgres\n`)
  const second = await startEmbeddedPostgres({ dataDir, log })
  await second.stop(5_000)
})

test('a first start that was killed while it made the cluster is begun anew', async () => {
  await mkdir(join(dataDir, 'postgres.new-interrupted', 'base'), { recursive: true })
  const server = await startEmbeddedPostgres({ dataDir, log })
  expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.password'])
  expect(await using(server.url, (db) => db.query(sql`SELECT 1 AS n`))).toEqual([{ n: 1 }])
  await server.stop(5_000)
})

test('a move that was killed before its last step is finished by the next start', async () => {
  const first = await startEmbeddedPostgres({ dataDir, log })
  await using(first.url, (db) => db.query(sql`CREATE TABLE kept AS SELECT 1 AS n`))
  await first.stop(5_000)
  await rename(join(dataDir, 'postgres'), join(dataDir, 'postgres.moved'))
  const second = await startEmbeddedPostgres({ dataDir, log })
  expect(await using(second.url, (db) => db.query(sql`SELECT n FROM kept`))).toEqual([{ n: 1 }])
  await second.stop(5_000)
})

test('a folder of another major version is refused with the command that moves it', async () => {
  await mkdir(join(dataDir, 'postgres'))
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '15\n')
  await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toMatchObject({
    code: 'failed_precondition',
    message: expect.stringMatching(/made by Postgres 15 .* npm run data:move -- /) as string,
  })
})

const asRoot = isRoot ? test : test.skip
asRoot(
  'a folder that the server cannot enter keeps its database elsewhere, at the same place at each start',
  async () => {
    await chmod(dataDir, 0o700)
    const first = await startEmbeddedPostgres({ dataDir, log })
    await using(first.url, (db) => db.query(sql`CREATE TABLE kept AS SELECT 1 AS n`))
    await first.stop(5_000)
    const elsewhere = (await readFile(join(dataDir, 'postgres.location'), 'utf8')).trim()
    const second = await startEmbeddedPostgres({ dataDir, log })
    expect(await using(second.url, (db) => db.query(sql`SELECT n FROM kept`))).toEqual([{ n: 1 }])
    await second.stop(5_000)
    await rm(join(elsewhere, '..'), { recursive: true })
    await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(/which is gone/)
  },
)

test('the server listens on the loopback interface alone', async () => {
  const server = await startEmbeddedPostgres({ dataDir, log })
  const [row] = await using(server.url, (db) => db.query<{ listen_addresses: string }>(sql`SHOW listen_addresses`))
  expect(row).toEqual({ listen_addresses: '127.0.0.1' })
  await server.stop(5_000)
})
