import { readLoadTest } from '@akashic/load-test'
import type { KnownComponent } from '../component/known-components.ts'
import { assertMayRun, isWithin, loadedComponents, type LoadTestSettings } from './load-test-rules.ts'

const settings: LoadTestSettings = {
  ...{ allowedOrigins: ['http://staging.example:8080', 'https://shop.example'], productionHours: ['22:00-06:00'] },
  ...{ maxRequests: 1_000, maxDuration: 60_000, maxVus: 10, keep: 86_400_000 },
}
const shop: KnownComponent = {
  id: 'shop',
  dependsOn: [],
  targets: { aiProviders: [], url: 'https://shop.example/start' },
}
const night = Date.parse('2026-11-20T23:30:00Z')
const day = Date.parse('2026-11-20T12:00:00Z')

const aTest = (baseUrl: string, limits = '{ maxRequests: 100, maxDuration: 10s }', vus = 2, url = '/') =>
  readLoadTest({
    ...{ file: 'test', env: {} },
    text: `baseUrl: ${baseUrl}\nlimits: ${limits}\nscenarios: { a: { executor: constant-vus, vus: ${vus}, duration: 1s, steps: [{ request: { url: '${url}' } }] } }`,
  })

test('what is allowed and small may run', async () => {
  expect(() => assertMayRun(awaited, [shop], settings, day)).not.toThrow()
})
let awaited: Awaited<ReturnType<typeof aTest>>
beforeAll(async () => {
  awaited = await aTest('http://staging.example:8080/base')
})

test('an origin that is not allowed is refused, also one that only a step names', async () => {
  const base = await aTest('http://other.example')
  expect(() => assertMayRun(base, [], settings, day)).toThrow('http://other.example is not among')
  const step = await aTest('http://staging.example:8080', undefined, 2, 'http://169.254.169.254/latest')
  expect(() => assertMayRun(step, [], settings, day)).toThrow('http://169.254.169.254 is not among')
})

test.each([
  ['{ maxRequests: 1001, maxDuration: 10s }', 2, /maxRequests must be at most 1000/],
  ['{ maxRequests: 100, maxDuration: 61s }', 2, /maxDuration must be at most 60 s/],
  ['{ maxRequests: 100, maxDuration: 10s }', 11, /11 virtual users, and 10 are allowed/],
])('with limits %s and %d users it asks for too much', async (limits, vus, says) => {
  const test = await aTest('http://staging.example:8080', limits, vus)
  expect(() => assertMayRun(test, [], settings, day)).toThrow(says)
})

test('what people use is loaded only in its hours', async () => {
  const test = await aTest('https://shop.example')
  expect(loadedComponents(test, [shop]).map(({ id }) => id)).toEqual(['shop'])
  expect(() => assertMayRun(test, [shop], settings, day)).toThrow('it may be at 22:00-06:00 UTC')
  expect(() => assertMayRun(test, [shop], settings, night)).not.toThrow()
  expect(() => assertMayRun(test, [shop], { ...settings, productionHours: [] }, night)).toThrow('names none')
  expect(() => assertMayRun(test, [], settings, day)).not.toThrow()
})

const schedule = { interval: 60_000, timeout: 5_000, failureThreshold: 3, successThreshold: 2 }
const checked = (check: object): KnownComponent => ({
  ...{ id: 'checked', dependsOn: [] },
  checks: [{ ...check, ...schedule } as NonNullable<KnownComponent['checks']>[number]],
})
test.each([
  [{ kind: 'http', url: 'https://Shop.example/health?deep=1' }, 1],
  [{ kind: 'tls', host: 'shop.example', port: 443 }, 1],
  [{ kind: 'tcp', host: 'shop.example', port: 443 }, 1],
  [{ kind: 'tcp', host: 'shop.example', port: 5432 }, 0],
  [{ kind: 'http', url: 'https://other.example/health' }, 0],
  [{ kind: 'dns', host: 'shop.example' }, 0],
])('without an address of its own a component is known by its check %j', async (check, count) => {
  const test = await aTest('https://shop.example')
  expect(loadedComponents(test, [checked(check)])).toHaveLength(count)
})

test('a component that is only checked is loaded only in its hours too', async () => {
  const test = await aTest('https://shop.example')
  const used = checked({ kind: 'http', url: 'https://shop.example/health' })
  expect(() => assertMayRun(test, [used], settings, day)).toThrow('checked is a component that people use')
  expect(() => assertMayRun(test, [used], settings, night)).not.toThrow()
})

test.each([
  ['09:00-17:00', '09:00', true],
  ['09:00-17:00', '17:00', false],
  ['22:00-06:00', '23:59', true],
  ['22:00-06:00', '05:59', true],
  ['22:00-06:00', '06:00', false],
  ['22:00-06:00', '12:00', false],
])('hours %s hold %s: %s', (hours, time, expected) => {
  expect(isWithin(hours, Date.parse(`2026-11-20T${time}:30Z`))).toBe(expected)
})
