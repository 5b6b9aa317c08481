import { configSchema, type ConfigInput } from './index.ts'

const provider = { name: 'openai', models: ['gpt-4o'] }
const key = { name: 'shop', secret: 'vk-0123456789abcdef' }

const problemsOf = (ai: ConfigInput['ai'], components: ConfigInput['components'] = []): string[] =>
  configSchema
    .safeParse({ ai, components })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

test('a provider needs a name and a model, and has a default for everything else', () => {
  const { ai } = configSchema.parse({ ai: { providers: [provider] } })
  expect(ai.providers[0]).toMatchObject({
    ...{ kind: 'openai', baseUrl: 'https://api.openai.com/v1', priority: 100, idempotent: false },
    models: [{ id: 'gpt-4o', standsInFor: [], endpoints: ['chat'], features: ['tools', 'json_schema'] }],
    retries: { rateLimited: 3, overloaded: 3, connectionFailed: 3, invalidResponse: 1 },
    timeouts: { connect: 5_000, firstByte: 60_000, idle: 30_000 },
    breaker: { failures: 5, share: 0.5, window: 30_000, cooldown: 30_000, longestCooldown: 300_000 },
  })
})

test('with providers the page has AI Services, unless the file has its own', () => {
  expect(configSchema.parse({}).components).toEqual([])
  const added = configSchema.parse({ ai: { providers: [provider] } }).components
  expect(added).toMatchObject([{ id: 'ai-services', name: 'AI Services', checks: [{ kind: 'reported' }] }])
  const own = { id: 'ai-services', name: 'Our models', checks: [{ kind: 'reported' }] } as const
  expect(configSchema.parse({ ai: { providers: [provider] }, components: [own] }).components).toMatchObject([
    { name: 'Our models' },
  ])
})

test('names that are taken or not there are told, each where it stands', () => {
  expect(problemsOf({ providers: [provider, provider] })).toEqual([
    'ai.providers.1.name: the name openai is taken by an earlier provider',
  ])
  expect(problemsOf({ providers: [{ ...provider, models: ['a', { id: 'a' }] }] })).toEqual([
    'ai.providers.0.models.1: this model is named earlier',
  ])
  expect(problemsOf({ providers: [provider], keys: [key, { ...key, name: 'web' }] })).toEqual([
    'ai.keys.1.secret: this secret is used by an earlier key',
  ])
  expect(problemsOf({ providers: [provider], keys: [{ ...key, allowedProviders: ['azure'] }] })).toEqual([
    'ai.keys.0.allowedProviders.0: there is no AI provider azure',
  ])
  const targets = { aiProviders: ['azure'] }
  expect(problemsOf({ providers: [provider] }, [{ id: 'chat', name: 'Chat', targets }])).toEqual([
    'components.0.targets.aiProviders.0: there is no AI provider azure',
  ])
})

test('a secret that is too short is refused, and not told', () => {
  const [problem] = problemsOf({ providers: [provider], keys: [{ name: 'shop', secret: 'hunter2' }] })
  expect(problem).toContain('ai.keys.0.secret')
  expect(problem).not.toContain('hunter2')
})

test('no key goes to OpenAI because an address was left out', () => {
  for (const kind of ['azure', 'anthropic', 'self_hosted'] as const) {
    expect(problemsOf({ providers: [{ ...provider, kind }] })).toEqual([
      `ai.providers.0.baseUrl: must be given for a provider of the kind ${kind}`,
    ])
  }
  const baseUrl = 'https://example.openai.azure.com/openai/v1'
  expect(problemsOf({ providers: [{ ...provider, apiVersion: '2024-10-21' }] })).toEqual([
    'ai.providers.0.apiVersion: is for the kind azure alone',
  ])
  expect(problemsOf({ providers: [{ ...provider, kind: 'azure', baseUrl, apiVersion: '2024-10-21' }] })).toEqual([
    'ai.providers.0.apiVersion: is not for an address that ends with /openai/v1',
  ])
})

test.each(['sk-1\n', 'sk 1', 'sk-ü'])('a key that no header can hold (%j) is refused, and not told', (apiKey) => {
  const [problem] = problemsOf({ providers: [{ ...provider, apiKey }] })
  expect(problem).toMatch(/^ai\.providers\.0\.apiKey: must be visible/)
  expect(problem).not.toContain(apiKey)
})

test.each(['https://user:secret@example.org/v1', 'https://example.org/v1?key=secret'])(
  'an address holds no secret: %s',
  (baseUrl) => {
    expect(problemsOf({ providers: [{ ...provider, baseUrl }] })).toEqual([
      'ai.providers.0.baseUrl: must have no user, query or fragment',
    ])
  },
)
