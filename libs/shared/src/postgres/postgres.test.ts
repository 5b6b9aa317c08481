import { testDatabase } from '@akashic/testbed'
import { isUniqueViolation, sql } from './index.ts'

test('a statement runs with its values bound, nested statements and names included', async () => {
  const { db, close } = await testDatabase()
  try {
    await db.query(
      sql`CREATE TABLE ${sql.identifier('a table')} (id int PRIMARY KEY, at timestamptz, n int8, day date, doc jsonb)`,
    )
    const at = new Date('2026-11-23T10:00:00.123Z')
    await db.query(sql`
      INSERT INTO ${sql.identifier('a table')} (id, at, n, day, doc)
      VALUES (${1}, ${at}, ${2 ** 40}, ${'2026-11-23'}, ${sql.json([{ a: "it's" }])})`)
    const only = sql`WHERE id = ${1} AND ${sql.join([sql`n > ${5}`, sql`n < ${2 ** 50}`], ' AND ')}`
    expect(await db.query(sql`SELECT * FROM ${sql.identifier('a table')} ${only} LIMIT ${10}`)).toEqual([
      { id: 1, at, n: 2 ** 40, day: '2026-11-23', doc: [{ a: "it's" }] },
    ])
    const again = db.query(sql`INSERT INTO ${sql.identifier('a table')} (id) VALUES (1)`)
    expect(isUniqueViolation(await again.catch((e: unknown) => e))).toBe(true)
  } finally {
    await close()
  }
})
