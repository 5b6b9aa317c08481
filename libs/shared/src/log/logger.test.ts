import { createLogger } from './index.ts'

function captured(level: 'debug' | 'info' = 'info') {
  const lines: string[] = []
  const log = createLogger({ service: 'test', level, destination: { write: (line) => void lines.push(line) } })
  return { log, lines, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> }
}

test('a line is JSON with its service, its level by name and its UTC instant', () => {
  const { log, last } = captured()
  log.warn({ check: 'web/http' }, 'checks are late')
  expect(last()).toMatchObject({ level: 'warn', service: 'test', check: 'web/http', msg: 'checks are late' })
  expect(last()['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('lines below the level are not written', () => {
  const { log, lines } = captured()
  log.debug('detail')
  expect(lines).toEqual([])
})

test.each([
  ['a field', { password: 'hunter2-x' }],
  ['a nested field', { check: { spec: { apiKey: 'hunter2-x' } } }],
  ['a header', { headers: { authorization: 'Bearer hunter2-x' } }],
  ['the credentials of a URL in a field', { target: 'postgres://me:hunter2-x@db:5432/x' }],
  ['a password with a slash in a URL', { target: 'postgres://me:hunter2-x/y@db/x' }],
  ['a parameter of a URL', { target: 'https://example.org/?token=hunter2-x&a=b' }],
  ['a password alone in a URL', { target: 'redis://:hunter2-x@cache' }],
])('%s that is a secret is not written', (_what, fields) => {
  const { log, lines } = captured()
  log.info(fields, 'checked')
  expect(lines.join()).toContain('checked')
  expect(lines.join()).not.toContain('hunter2-x')
})

test('credentials in messages are not written', () => {
  const { log, lines } = captured()
  log.info('connecting to postgres://me:hunter2-x@db/x')
  log.info('with %s', 'Bearer hunter2-x')
  log.info('key ak_hunter2-x-and-more')
  expect(lines).toHaveLength(3)
  expect(lines.join()).not.toContain('hunter2-x')
})

test('what is no credential stays as it is', () => {
  const { log, last } = captured()
  const fields = { url: 'https://example.org/a?b=c', host: 'db:5432', mail: 'me@example.org', secretary: 'ask' }
  log.info(fields, 'a risk-free task')
  expect(last()).toMatchObject({ ...fields, msg: 'a risk-free task' })
})

test('an error keeps its type, message, stack and cause, without credentials', () => {
  const { log, lines, last } = captured()
  const cause = new Error('connect postgres://me:hunter2-x@db/x failed')
  log.error({ err: new TypeError('cannot read redis://:hunter2-x@cache', { cause }) }, 'failed')
  expect(last()['err']).toMatchObject({ type: 'TypeError', message: expect.stringContaining('redis://***@cache') })
  expect(lines.join()).toContain('connect postgres://***@db/x failed')
  expect(lines.join()).not.toContain('hunter2-x')
})

test('a child logger keeps secrets as its parent does', () => {
  const { log, lines } = captured()
  log.child({ target: 'amqp://me:hunter2-x@mq' }).info({ token: 'hunter2-x' }, 'checked')
  expect(lines).toHaveLength(1)
  expect(lines.join()).not.toContain('hunter2-x')
})
