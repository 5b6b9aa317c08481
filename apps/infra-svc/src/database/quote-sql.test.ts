import { quoteIdentifier, quoteLiteral } from './quote-sql.ts'
import { psql } from './remedies.ts'

test.each([
  ['orders', 'orders'],
  ['user', '"user"'],
  ['Total', '"Total"'],
  ['a"b', '"a""b"'],
])('the name %s stands in a statement as %s', (name, quoted) => {
  expect(quoteIdentifier(name)).toBe(quoted)
})

test.each([
  ["x'; DROP TABLE y; --", "'x''; DROP TABLE y; --'"],
  ["back\\' slash", "E'back\\\\'' slash'"],
])('the text %s cannot leave its quotes', (text, quoted) => {
  expect(quoteLiteral(text)).toBe(quoted)
})

test('a name cannot leave the command that it stands in', () => {
  const place = { host: 'db', port: 5432, user: 'u', database: '$(reboot)' }
  expect(psql(place, `SELECT ${quoteLiteral('`reboot`$(reboot)')}`)).toBe(
    `psql -h db -p 5432 -d '$(reboot)' -c 'SELECT '\\''\`reboot\`$(reboot)'\\'''`,
  )
})
