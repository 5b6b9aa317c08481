import { akashic } from './testing/a-session.ts'

test.each([
  [],
  ['status'],
  ['check'],
  ['config', 'check'],
  ['config', 'diff'],
  ['key', 'create'],
  ['key', 'list'],
  ['key', 'rotate'],
  ['key', 'revoke'],
  ['audit'],
  ['correct'],
  ['component', 'list'],
  ['component', 'show'],
  ['component', 'history'],
  ['component', 'uptime'],
  ['component', 'create'],
  ['component', 'change'],
  ['component', 'delete'],
  ['incident', 'list'],
  ['incident', 'show'],
  ['incident', 'timeline'],
  ['incident', 'verify'],
  ['incident', 'open'],
  ['incident', 'update'],
  ['incident', 'resolve'],
  ['incident', 'reopen'],
  ['incident', 'publish'],
  ['incident', 'edit'],
  ['incident', 'withdraw'],
  ['incident', 'change'],
  ['incident', 'role'],
  ['incident', 'tick'],
  ['incident', 'postmortem'],
  ['maintenance', 'list'],
  ['maintenance', 'show'],
  ['maintenance', 'schedule'],
  ['maintenance', 'change'],
  ['maintenance', 'start'],
  ['maintenance', 'verify'],
  ['maintenance', 'complete'],
  ['maintenance', 'cancel'],
  ['action-item', 'list'],
  ['action-item', 'add'],
  ['action-item', 'change'],
  ['action-item', 'done'],
  ['alert', 'list'],
  ['truth'],
])('akashic %s %s --help shows three examples', async (...command) => {
  const { code, stdout } = await akashic([...command, '--help'])
  expect(code).toBe(0)
  const examples = stdout.slice(stdout.indexOf('Examples:')).split('\n\n')[0]!
  expect(examples.split('\n').filter((line) => line.includes('akashic'))).toHaveLength(3)
})

test.each([
  [['statsu'], 'Did you mean status?'],
  [['check', 'htp', 'x'], 'Allowed choices are http'],
  [['check', 'http'], "missing required argument 'target'"],
  [['key', 'create', 'bob'], '--role'],
  [['audit', '--limit', '0'], 'whole number from 1 to 200'],
  [['correct', 'web', '--from', 'then'], 'must be an instant'],
  [['incident', 'update', 'inc-1', '--say', 'x', '--status', 'done'], 'Allowed choices are investigating'],
  [['maintenance', 'schedule', 'x', '--from', '1h'], '--component'],
  [['check', 'http', 'nonsense'], 'url: must be an http or https URL'],
  [['check', 'tcp', 'host'], 'host:port'],
  [['check', 'http', 'http://x', '--set', 'timeout'], 'key=value'],
  [['check', 'http', 'http://x', '--set', 'timeot=1s'], 'timeot'],
])('%j is not understood: code 2, and stderr says why', async (argv, reason) => {
  const { code, stdout, stderr } = await akashic(argv)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(reason)
})

test.each([
  ['akashic', 'npm run -s akashic --'],
  ['npx', 'npx akashic'],
  ['test', 'akashic'],
])('commands to paste fit the way in which this one was run: by npm as %j', async (event, program) => {
  const { stderr } = await akashic(['check', 'http', 'nonsense'], { env: { npm_lifecycle_event: event } })
  expect(stderr).toContain(`\n  ${program} check http --help\n`)
})

test('help says of each option that it is required, where it is', async () => {
  const { stdout } = await akashic(['action-item', 'add', '--help'])
  expect(stdout).toMatch(/--owner <person> +\(required\)/)
  expect(stdout).toMatch(/--due <when> +14d, or an instant \(required\)/)
})
