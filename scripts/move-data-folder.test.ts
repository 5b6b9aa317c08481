import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openDatabase, sql, startEmbeddedPostgres } from '@akashic/shared/postgres'
import { describeReal } from '@akashic/testbed'
import { pino } from 'pino'

const run = promisify(execFile)
const log = pino({ level: 'silent' })
const old = '/usr/lib/postgresql/15/bin'
const script = join(import.meta.dirname, 'move-data-folder.ts')
const move = (...args: string[]) => run('node', [script, ...args])

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'akashic-move-'))
  await chmod(dataDir, 0o711)
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

describeReal('postgres15', () => {
  /** A data folder as an earlier release would have left it, with `statements` run in it. */
  async function aFolderOfPostgres15(statements: string): Promise<void> {
    const cluster = join(dataDir, 'postgres')
    await mkdir(cluster, { mode: 0o700 })
    await writeFile(join(dataDir, 'postgres.password'), 'of-the-old-folder\n', { mode: 0o600 })
    const given = join(dataDir, 'given')
    await writeFile(given, 'of-the-old-folder')
    await writeFile(join(dataDir, 'statements.sql'), statements)
    const account: { uid?: number; gid?: number } = {}
    if (process.getuid?.() === 0) {
      account.uid = Number((await run('id', ['-u', 'postgres'])).stdout)
      account.gid = Number((await run('id', ['-g', 'postgres'])).stdout)
      await run('chown', ['postgres', cluster])
    }
    const options = { ...account, cwd: '/' }
    const flags = ['-D', cluster, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${given}`, '--encoding=UTF8']
    await run(join(old, 'initdb'), [...flags, '--no-locale', '--no-sync'], options)
    const single = `"${old}/postgres" --single -j -D "${cluster}" postgres < "${dataDir}/statements.sql"`
    await run('/bin/sh', ['-c', single], options)
  }

  test('a folder of Postgres 15 is moved with all it holds, and the old one is kept', async () => {
    await aFolderOfPostgres15(`
      CREATE SCHEMA status;

      CREATE TABLE status.entry (id int8 GENERATED ALWAYS AS IDENTITY, word text NOT NULL, at timestamptz) PARTITION BY RANGE (at);

      CREATE TABLE status.entry_1 PARTITION OF status.entry FOR VALUES FROM (MINVALUE) TO (MAXVALUE);

      INSERT INTO status.entry (word, at) SELECT 'w' || n, now() FROM generate_series(1, 1000) n;

    `)
    await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(`npm run data:move -- ${dataDir}`)

    const { stdout } = await move(dataDir)

    expect(stdout).toContain(`The old database is kept in ${dataDir}/postgres-15`)
    expect(await readFile(join(dataDir, 'postgres-15', 'PG_VERSION'), 'utf8')).toBe('15\n')
    const server = await startEmbeddedPostgres({ dataDir, log })
    const db = openDatabase({ url: server.url, applicationName: 'test', log })
    const rows = await db.query(sql`SELECT count(*) AS entries, max(id) AS last, min(word) AS word FROM status.entry`)
    expect(rows).toEqual([{ entries: 1000, last: 1000, word: 'w1' }])
    await db.close()
    await server.stop(5_000)
    await expect(move(dataDir)).rejects.toMatchObject({ stderr: expect.stringContaining('nothing to move') as string })
  }, 60_000)
})

test('a folder without a database, and tools that are missing, are each refused in one sentence', async () => {
  await expect(move(join(dataDir, 'none'))).rejects.toMatchObject({
    code: 1,
    stderr: `there is no data folder ${dataDir}/none\n`,
  })
  await expect(move(dataDir)).rejects.toMatchObject({ code: 1, stderr: `there is no database in ${dataDir}\n` })
  await mkdir(join(dataDir, 'postgres'))
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '9\n')
  await expect(move(dataDir, '--bin', '/nowhere')).rejects.toMatchObject({
    stderr: expect.stringContaining(
      'install them (Debian: apt-get install postgresql-9) or name their folder',
    ) as string,
  })
})
