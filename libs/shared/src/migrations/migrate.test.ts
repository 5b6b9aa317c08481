import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { sql } from '../postgres/index.ts'
import { migrate } from './index.ts'

const log = pino({ level: 'silent' })
let database: TestDatabase
let dir: string

beforeEach(async () => {
  database = await testDatabase()
  dir = await mkdtemp(join(tmpdir(), 'akashic-migrations-'))
  await writeFile(
    join(dir, '0001_first.sql'),
    'CREATE TABLE ledger.entry (id int);\nINSERT INTO ledger.entry VALUES (1);\n',
  )
  await writeFile(join(dir, '0002_second.sql'), 'CREATE INDEX ON ledger.entry (id);\n')
})
afterEach(async () => {
  await database.close()
  await rm(dir, { recursive: true })
})

test('ten replicas that start at once apply each migration once', async () => {
  await Promise.all(Array.from({ length: 10 }, () => migrate(database.url, { schema: 'ledger', dir, log })))
  expect(await database.db.query(sql`SELECT id FROM ledger.entry`)).toEqual([{ id: 1 }])
  expect(await database.db.query(sql`SELECT name FROM ledger.migration ORDER BY id`)).toEqual([
    { name: '0001_first' },
    { name: '0002_second' },
  ])
})

test('two services that migrate at once do not wait for each other', async () => {
  const other = await mkdtemp(join(tmpdir(), 'akashic-migrations-'))
  await writeFile(join(other, '0001_first.sql'), 'CREATE TABLE other.entry (id int);\n')
  await Promise.all([
    migrate(database.url, { schema: 'ledger', dir, log }),
    migrate(database.url, { schema: 'other', dir: other, log }),
  ])
  expect(await database.db.query(sql`SELECT * FROM other.entry`)).toEqual([])
  await rm(other, { recursive: true })
})

test('a migration that fails leaves nothing of itself, and the next start goes on from there', async () => {
  await writeFile(join(dir, '0002_second.sql'), 'CREATE TABLE ledger.half (id int);\nSELECT 1 / 0;\n')
  await expect(migrate(database.url, { schema: 'ledger', dir, log })).rejects.toThrow('division by zero')
  expect(await database.db.query(sql`SELECT to_regclass('ledger.half') AS half`)).toEqual([{ half: null }])
  await writeFile(join(dir, '0002_second.sql'), 'CREATE TABLE ledger.half (id int);\n')
  await migrate(database.url, { schema: 'ledger', dir, log })
  expect(await database.db.query(sql`SELECT * FROM ledger.half`)).toEqual([])
})

test('an unreachable database is told as unavailable', async () => {
  const nowhere = migrate('postgres://who@127.0.0.1:1/none', { schema: 'ledger', dir, log })
  await expect(nowhere).rejects.toMatchObject({ code: 'unavailable' })
})
