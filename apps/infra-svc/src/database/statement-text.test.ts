import { decoded, withoutLiterals } from './statement-text.ts'

test.each([
  [
    `SELECT * FROM person WHERE email = 'ada@example.org' AND age > 41.5e3`,
    'SELECT * FROM person WHERE email = ? AND age > ?',
  ],
  [`UPDATE "t 1" SET a='it''s', b = E'a\\'b' -- secret\n WHERE id=$1`, 'UPDATE "t 1" SET a=?, b = ? WHERE id=$1'],
  [`SELECT $tag$ 'hidden' $x$ $tag$, $$ 12 $$ FROM t1`, 'SELECT ?, … FROM t1'],
  [`INSERT INTO a2b VALUES (1, 'x', 3), (4,5,6)`, 'INSERT INTO a2b VALUES (?, …), (?, …)'],
  [`/* traceparent='00-abc' */ SELECT 1`, 'SELECT ?'],
  [`SELECT * FROM t WHERE token = 'cut in the mid`, 'SELECT * FROM t WHERE token = ?'],
  [`SELECT x'ff', B'01', U&'d\\0061', N'n'`, 'SELECT ?, …'],
  [`SELECT "cut`, 'SELECT "cut'],
  [`ALTER ROLE ada PASSWORD 'hunter2'`, 'ALTER ROLE ada PASSWORD ?'],
])('%s is shown as %s', (statement, shown) => {
  expect(withoutLiterals(statement)).toBe(shown)
})

test('a statement of a megabyte of opening quotes and comments is done in no time, and cut', () => {
  for (const piece of ["'", '$a$', '/*', '"', 'a', '1', '1.', '?,']) {
    const shown = withoutLiterals(`SELECT ${piece.repeat(1_000_000 / piece.length)}`)
    expect(shown.length).toBeLessThanOrEqual(300)
  }
})

test('bytes that are no text are shown as such', () => {
  expect(decoded(Uint8Array.of(0x53, 0xff, 0x31))).toBe('S\ufffd1')
  expect(decoded(null)).toBe('')
})
