import fc from 'fast-check'
import {
  componentSchema,
  configSchema,
  defaultConfig,
  lookedAtHistory,
  TargetError,
  type ConfigInput,
} from './index.ts'

type Component = NonNullable<ConfigInput['components']>[number]

function aComponent(over: Partial<Component> = {}): Component {
  return { id: 'web', name: 'Web', ...over }
}

function problemsOf(config: unknown): string[] {
  const result = configSchema.safeParse(config)
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

test('an empty configuration has every default', () => {
  expect(configSchema.parse({})).toMatchObject({
    modules: ['status', 'ai-health', 'infra', 'gateway'],
    components: [],
    checks: { maxConcurrent: 256, maxPerHost: 16 },
    retention: { results: 7 * 86_400_000, rollups: 400 * 86_400_000 },
    http: { maxBodyBytes: 1_048_576 },
  })
})

test.each([
  [{}, 7, 3],
  [{ usage: { keep: '2d' } }, 2, 2],
  [{ autoscaling: { history: '1d' } }, 1, 1],
  [{ usage: { keep: '30d' }, autoscaling: { history: '20d', leastHistory: '5d' } }, 20, 5],
])('nobody is told off for a value that is not written: %j looks at as much as is kept', (infra, days, leastDays) => {
  const read = configSchema.parse({ infra }).infra
  expect(lookedAtHistory(read)).toEqual({ history: days * 86_400_000, leastHistory: leastDays * 86_400_000 })
})

test.each([
  [{ autoscaling: { history: '1d', leastHistory: '2d' } }, /^infra\.autoscaling\.leastHistory: .*longer than history/],
  [
    { usage: { keep: '2d' }, autoscaling: { history: '3d' } },
    /^infra\.autoscaling\.history: .*longer than infra\.usage\.keep/,
  ],
  [{ usage: { keep: '1d' }, autoscaling: { leastHistory: '2d' } }, /^infra\.autoscaling\.leastHistory: .*longer than/],
  [{ autoscaling: { podsMetrics: [{ name: 'a b', averageValue: '5' }] } }, /podsMetrics\.0\.name: must be the name/],
])('the audit of autoscaling looks at what is kept: %j is refused', (infra, problem) => {
  expect(problemsOf({ infra })).toEqual([expect.stringMatching(problem)])
  expect(problemsOf({ infra: { usage: { keep: '2d' }, autoscaling: { history: '2d', leastHistory: '1d' } } })).toEqual(
    [],
  )
})

test.each([
  [{ results: '23h' }, 'retention.results: must be at least 1d'],
  [{ rollups: '90d' }, 'retention.rollups: must be at least 91d'],
])('results are kept for the page to be made of them: %j is refused', (retention, problem) => {
  expect(problemsOf({ retention })).toEqual([problem])
  expect(problemsOf({ retention: { results: '1d', rollups: '91d' } })).toEqual([])
})

test('a check repeats every minute, times out after 5 s and needs three failures and two successes to turn', () => {
  const [check] = componentSchema.parse(aComponent({ checks: [{ kind: 'tcp', host: 'a', port: 1 }] })).checks
  expect(check).toMatchObject({ interval: 60_000, timeout: 5_000, failureThreshold: 3, successThreshold: 2 })
})

test.each([
  [{ interval: '999ms' }, 'interval: must be at least 1s'],
  [{ interval: '0s' }, 'interval: must be at least 1s'],
  [{ interval: '401d' }, 'interval: must be at most 400d'],
  [{ timeout: '99ms' }, 'timeout: must be at least 100ms'],
  [{ timeout: '11m' }, 'timeout: must be at most 10m'],
])('a check with %j is refused', (rhythm, problem) => {
  const components = [aComponent({ checks: [{ kind: 'tcp', host: 'a', port: 1, ...rhythm }] })]
  expect(problemsOf({ components })).toEqual([`components.0.checks.0.${problem}`])
})

test('the shortest interval and timeout are one second and a tenth of it', () => {
  const rhythm = { interval: '1s', timeout: '100ms' }
  const component = componentSchema.parse(aComponent({ checks: [{ kind: 'tcp', host: 'a', port: 1, ...rhythm }] }))
  expect(component.checks[0]).toMatchObject({ interval: 1_000, timeout: 100 })
})

test('a database slower than 100 ms is degraded unless told otherwise', () => {
  const [check] = componentSchema.parse(aComponent({ checks: [{ kind: 'postgres', url: 'postgres://a' }] })).checks
  expect(check).toMatchObject({ degradedAfterMs: 100 })
})

test.each([
  ['postgres://a/db?sslrootcert=/etc/passwd', 'may have no parameter but sslmode: "sslrootcert" is not allowed'],
  ['postgres://a/db?sslmode=require&host=/run', 'may have no parameter but sslmode: "host" is not allowed'],
  ['postgres://a/db?sslmode=maybe', 'sslmode must be one of'],
  ['postgres://%2Frun%2Fpostgresql/db', 'must name a host'],
  ['postgres:///db', 'must name a host'],
  ['http://a/db', 'must be a postgres:// URL'],
])('the database %s is refused', (url, problem) => {
  const components = [aComponent({ checks: [{ kind: 'postgres', url }] })]
  expect(problemsOf({ components })).toEqual([expect.stringContaining(`components.0.checks.0.url: ${problem}`)])
})

test.each([
  ['/[a-z]{500}[0-9]/', 'is too large a pattern'],
  ['/(((([ab]){10}){10}){10})[01]/', 'is too large a pattern'],
  ['/(?:[a-z]?){90}[a-z]{90}[0-9]/', 'is too large a pattern'],
  ['/(/', 'is no pattern of RE2'],
  ['/(?=a)/', 'is no pattern of RE2'],
])('the body pattern %s is refused', (expectBody, problem) => {
  const components = [aComponent({ checks: [{ kind: 'http', url: 'http://a', expectBody }] })]
  expect(problemsOf({ components })).toEqual([expect.stringContaining(`components.0.checks.0.expectBody: ${problem}`)])
})

test('a pattern that would take long to compile is refused at once', () => {
  const patterns = [
    '\\pL{1000}'.repeat(100),
    '(((a{10}){10}){10})'.repeat(50),
    '(?:'.repeat(150) + 'a' + '){2}'.repeat(140),
  ]
  const checks = patterns.flatMap((pattern) =>
    Array.from({ length: 6 }, () => ({
      kind: 'http' as const,
      url: 'http://a',
      expectBody: `/${pattern.slice(0, 1_022)}/`,
    })),
  )
  const began = performance.now()
  expect(problemsOf({ components: [aComponent({ checks })] })).toHaveLength(18)
  expect(performance.now() - began).toBeLessThan(1_000)
})

test('patterns of a reasonable size, and text that only looks like one, are taken', () => {
  for (const expectBody of [
    '/[a-z]{100}[0-9]/',
    '/(?:\\d{1,3}\\.){3}\\d{1,3}/',
    '/"version":"2\\.\\d+"/',
    '/',
    '//',
    '(',
    '/(',
    'a/b/',
  ]) {
    const checks = [{ kind: 'http' as const, url: 'http://a', expectBody }]
    expect(problemsOf({ components: [aComponent({ checks })] })).toEqual([])
  }
})

test('a resolver is an address, with or without a port', () => {
  const problem = (resolver: string) =>
    problemsOf({ components: [aComponent({ checks: [{ kind: 'dns', host: 'a', resolver }] })] })
  for (const good of ['192.0.2.1', '192.0.2.1:53', '::1', '[::1]', '[::1]:5353']) expect(problem(good)).toEqual([])
  for (const bad of [
    '[169.254.169.253]x',
    '[192.0.2.1]',
    'dns.example',
    '192.0.2.1:',
    '192.0.2.1:99999',
    ' 192.0.2.1',
    '',
  ]) {
    expect(problem(bad)).toEqual(['components.0.checks.0.resolver: must be an address, address:port or [address]:port'])
  }
})

test('its own database is watched without the parameters that only its own connections have, and not behind a socket', () => {
  const urls = (databaseUrl: string) =>
    defaultConfig([], { databaseUrl }).components.flatMap(({ checks }) =>
      checks.map((check) => 'url' in check && check.url),
    )
  expect(urls('postgres://u@a/db?sslmode=require&sslrootcert=/ca&application_name=x')).toEqual([
    'postgres://u@a/db?sslmode=require',
  ])
  expect(urls('postgres:///db?host=/run/postgresql')).toEqual([])
})

test.each([
  [{ kind: 'postgres', url: 'postgres://a' }, 'internal'],
  [{ kind: 'redis', url: 'redis://a' }, 'internal'],
  [{ kind: 'kafka', brokers: ['a:1'] }, 'internal'],
  [{ kind: 'smtp', host: 'a' }, 'internal'],
  [{ kind: 'http', url: 'http://a' }, 'public'],
  [{ kind: 'openai' }, 'public'],
] as const)('a component with the check %j is %s unless told otherwise', (check, visibility) => {
  const checks = [check] as unknown as Component['checks']
  expect(componentSchema.parse(aComponent({ checks })).visibility).toBe(visibility)
  expect(componentSchema.parse(aComponent({ checks, visibility: 'public' })).visibility).toBe('public')
})

test.each([
  ['name', 'a\u0000b'],
  ['name', 'a\u001b[31m'],
  ['name', 'a\u0007'],
  ['name', 'a\u009bm'],
  ['name', 'a\u202eb'],
  ['name', 'a\u2066b'],
  ['name', 'a\ud800'],
  ['name', 'a\nb'],
  ['group', 'a\u001bb'],
  ['description', 'a\u0000b'],
])('a %s with controls is refused: %j', (field, value) => {
  expect(problemsOf({ components: [aComponent({ [field]: value })] })).toEqual([
    `components.0.${field}: must not contain control characters`,
  ])
})

test('text in any script, with emoji, and a description of several lines are kept', () => {
  const text = { name: 'Café العربية 日本 👩‍💻', description: 'One.\nTwo.\n' }
  expect(componentSchema.parse(aComponent(text))).toMatchObject(text)
})

test('a check may not hold what no database keeps', () => {
  const checks = [{ kind: 'http' as const, url: 'http://a', headers: { a: 'x\0' }, expectBody: '\ud800' }]
  const message = 'must not contain NUL or half of a surrogate pair'
  expect(problemsOf({ components: [aComponent({ checks })] })).toEqual([
    `components.0.checks.0.headers.a: ${message}`,
    `components.0.checks.0.expectBody: ${message}`,
  ])
})

test('an id that stands twice is refused at its second place', () => {
  expect(problemsOf({ components: [aComponent(), aComponent()] })).toEqual([
    'components.1.id: the id web is taken by an earlier component',
  ])
})

test('a dependency that does not exist is refused', () => {
  expect(problemsOf({ components: [aComponent({ dependsOn: ['db'] })] })).toEqual([
    'components.0.dependsOn.0: there is no component db',
  ])
})

test('a cycle is told once, with its whole way', () => {
  const components = [
    aComponent({ id: 'z', dependsOn: ['a'] }),
    aComponent({ id: 'a', dependsOn: ['b'] }),
    aComponent({ id: 'b', dependsOn: ['c'] }),
    aComponent({ id: 'c', dependsOn: ['a'] }),
  ]
  expect(problemsOf({ components })).toEqual(['components.1.dependsOn: depends on itself: a -> b -> c -> a'])
})

test('a component that depends on itself is a cycle', () => {
  expect(problemsOf({ components: [aComponent({ dependsOn: ['web'] })] })).toEqual([
    'components.0.dependsOn: depends on itself: web -> web',
  ])
})

test('a graph has a cycle problem exactly when it has a cycle', () => {
  const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 })
  fc.assert(
    fc.property(edges, (pairs) => {
      const components = Array.from({ length: 8 }, (_, index) =>
        aComponent({
          id: `c${index}`,
          dependsOn: [...new Set(pairs.filter(([from]) => from === index).map(([, to]) => `c${to}`))],
        }),
      )
      const isCyclic = problemsOf({ components }).length > 0
      expect(isCyclic).toBe(components.some((component) => reaches(components, component.id, component.id)))
    }),
  )
})

function reaches(components: readonly Component[], from: string, to: string): boolean {
  const seen = new Set<string>()
  const open = [from]
  while (open.length > 0) {
    for (const next of components.find((component) => component.id === open[0])?.dependsOn ?? []) {
      if (next === to) return true
      if (!seen.has(next)) open.push(next)
      seen.add(next)
    }
    open.shift()
  }
  return false
}

test('a chain of ten thousand dependencies is no problem', () => {
  const components = Array.from({ length: 10_000 }, (_, index) =>
    aComponent({ id: `c${index}`, dependsOn: index < 9_999 ? [`c${index + 1}`] : [] }),
  )
  expect(problemsOf({ components })).toEqual([])
})

test('a former id must be free, and goes to one component only', () => {
  const components = [
    aComponent(),
    aComponent({ id: 'a', renamedFrom: 'web' }),
    aComponent({ id: 'b', renamedFrom: 'old' }),
    aComponent({ id: 'c', renamedFrom: 'old' }),
  ]
  expect(problemsOf({ components })).toEqual([
    'components.1.renamedFrom: web is still the id of a component',
    'components.3.renamedFrom: old was renamed to another component already',
  ])
})

test('a heartbeat token that two checks share is refused without being repeated', () => {
  const checks: Component['checks'] = [{ kind: 'heartbeat', token: 'hunter2-hunter2-hunter2' }]
  const problems = problemsOf({ components: [aComponent({ checks }), aComponent({ id: 'b', checks })] })
  expect(problems).toEqual(['components.1.checks.0.token: this token is used by an earlier heartbeat check'])
})

test('two checks of a component cannot share a name', () => {
  const checks: Component['checks'] = [
    { kind: 'tcp', name: 'x', host: 'a', port: 1 },
    { kind: 'tcp', name: 'x', host: 'a', port: 2 },
  ]
  expect(problemsOf({ components: [aComponent({ checks })] })).toEqual([
    'components.0.checks.1.name: the name x is taken by an earlier check of this component',
  ])
})

test('a canary is something that can be run', () => {
  expect(problemsOf({ vision: { canaries: [{ kind: 'reported' }] } })).toEqual([
    'vision.canaries.0.kind: a canary cannot be of kind reported',
  ])
})

test('mistakes between components are told beside mistakes within them', () => {
  const problems = problemsOf({ components: [{ id: 'web', name: '', dependsOn: ['db'] }], colour: 'red' })
  expect(problems).toHaveLength(3)
})

test('whatever is given, the answer is problems and never a crash', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (components, vision) => {
      configSchema.safeParse({ components: [components], vision })
      configSchema.safeParse({ components })
    }),
  )
})

test('without a file it watches itself and what it was told to', () => {
  const config = defaultConfig(
    ['https://example.org/x', 'redis://:secret@a:1', 'redis://b', 'tcp://[::1]:22', 'postgres://u:secret@db/x'],
    { gatewayUrl: 'http://127.0.0.1:8080', databaseUrl: 'postgres://127.0.0.1/akashic' },
  )
  expect(config.components.map(({ id, name }) => `${id}: ${name}`)).toEqual([
    'akashic-gateway: Akashic gateway',
    'akashic-database: Akashic database',
    'example-org: example.org',
    'redis: Redis',
    'redis-2: Redis 2',
    '1-22: [::1]:22',
    'postgresql: PostgreSQL',
  ])
  expect(config.components.map((component) => component.checks[0]!.kind)).toEqual([
    'http',
    'postgres',
    'http',
    'redis',
    'redis',
    'tcp',
    'postgres',
  ])
  const { checks: _, ...shown } = config.components[3]!
  expect(JSON.stringify(shown)).not.toContain('secret')
})

test.each([
  ...['example.org', '', 'ftp://example.org', 'http://', 'tcp://example.org', 'tcp://example.org:0', 'smtp://a:70000'],
  ...['dns://', 'redis://a:70000', 'postgres://u:secret@a:x/db'],
])('a target that cannot be watched is refused: %s', (target) => {
  expect(() => defaultConfig([target])).toThrow(TargetError)
})

test('a target that cannot be watched is refused in words that do not repeat it', () => {
  expect(() => defaultConfig(['ftp://user:hunter2@example.org'])).toThrow(TargetError)
  expect(() => defaultConfig(['ftp://user:hunter2@example.org'])).not.toThrow(/hunter2/)
})
