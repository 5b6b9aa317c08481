import { configSchema, type ConfigInput } from './config.ts'

const url = 'postgres://reader:pa55@db.example.org/shop'
const problems = (config: ConfigInput): string[] =>
  (configSchema.safeParse(config).error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`)

test('databases that components name are taken', () => {
  const config = configSchema.parse({
    components: [{ id: 'shop', name: 'Shop', targets: { database: 'orders' } }],
    databases: [{ name: 'orders', url, component: 'shop', poolSize: 10 }],
  } satisfies ConfigInput)
  expect(config.databases).toEqual([{ name: 'orders', url, component: 'shop', poolSize: 10, readyWithin: 5_000 }])
})

test('every name that leads nowhere is told', () => {
  const components = [{ id: 'shop', name: 'Shop', targets: { database: 'order' } }]
  const databases = [
    { name: 'orders', url },
    { name: 'orders', url, component: 'nobody' },
  ]
  expect(problems({ components, databases })).toEqual([
    'databases.1.name: the name orders is taken by an earlier database',
    'databases.1.component: there is no component nobody',
    'components.0.targets.database: there is no database order',
  ])
})

test('a Redis stands beside them, with TLS or without', () => {
  const databases = ['redis://:pa55@cache', 'rediss://reader:pa%2F55@[::1]:6380/3'].map((at, n) => ({
    ...{ name: `cache-${n}`, url: at },
  }))
  expect(problems({ databases })).toEqual([])
})

test.each([
  ...['mysql://u:pa55@h/d', 'postgres:///socket', 'postgres://h/d?options=-c', 'nothing', 'postgres://u:pa55%zz@h/d'],
  ...['redis:///run/redis', 'redis://h/shop', 'redis://h?password=pa55', 'redis://u:pa55%zz@h', 'redis-sentinel://h'],
])('the address %s is refused, and its password is not told', (bad) => {
  const [problem] = problems({ databases: [{ name: 'orders', url: bad }] })
  expect(problem).toContain('databases.0.url: ')
  expect(problem).not.toContain('pa55')
})

test('the memory of its machine is an amount with its unit', () => {
  const orders = { name: 'orders', url: 'postgres://u:p@h/d' }
  const config = configSchema.parse({ databases: [{ ...orders, memory: '16GB' }] } satisfies ConfigInput)
  expect(config.databases[0]!.memory).toBe(17_179_869_184)
  for (const memory of ['16', '16Gi', '-1GB', '1.5GB', ''])
    expect(problems({ databases: [{ ...orders, memory }] })).toEqual([
      expect.stringContaining('databases.0.memory: must be an amount of memory'),
    ])
})
