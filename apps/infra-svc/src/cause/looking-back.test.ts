import { aCase, aChange, aFinding, aWorkload, type CaseOptions } from '../testing/a-case.ts'
import { aFailing, crashed, logOf } from '../testing/a-failing.ts'
import { now } from '../testing/a-look.ts'
import { explain } from './explain.ts'

const minute = 60_000
const shop = { kind: 'namespace', namespace: 'shop' } as const

/** The answer of a diagnosis that looks back so many minutes. */
const lookBack = (minutes: number, options: CaseOptions) =>
  explain({ ...aCase(options), since: now - minutes * minute }, shop, [])
const suffering = (...given: Parameters<typeof lookBack>) =>
  lookBack(...given).symptoms.map(({ object }) => object.name)

const old = aFinding({ object: aWorkload('old'), since: now - 60 * minute })
const recent = aFinding({ object: aWorkload('recent'), since: now - 10 * minute })

test('what began before the time is no symptom, and is told by its number', () => {
  const { symptoms, summary, since } = lookBack(30, { findings: [old, recent] })
  expect(symptoms.map(({ object }) => object.name)).toEqual(['recent'])
  expect(since).toBe(now - 30 * minute)
  expect(summary).toMatch(/ 1 older finding, of before 2026-11-20T11:30:00.000Z, is left out\.$/)
  expect(lookBack(5, { findings: [old, recent] })).toMatchObject({
    verdict: 'unknown',
    summary: expect.stringContaining('2 older findings, of before 2026-11-20T11:55:00.000Z, are left out.'),
  })
})

test('where nothing was wrong before either, nothing is wrong', () => {
  expect(lookBack(5, { findings: [] })).toMatchObject({ verdict: 'nothing_wrong' })
})

test('what began at that very time, or nobody knows when, is a symptom', () => {
  const timeless = aFinding({ object: aWorkload('timeless'), since: null })
  expect(suffering(60, { findings: [old, timeless] })).toEqual(['old', 'timeless'])
  expect(suffering(59, { findings: [old, timeless] })).toEqual(['timeless'])
})

test('what began long ago and ended again since is a symptom', () => {
  const manifests = aFailing('web', { ...crashed, since: 7_200 })
  expect(suffering(30, { manifests })).toContain('web')
  expect(suffering(30, { manifests: aFailing('web', { since: 7_200 }) })).toEqual([])
})

test('pods that were there long before and are not ready since are a symptom', () => {
  expect(suffering(30, { manifests: aFailing('web', { since: 600, runs: 7_200 }) })).toContain('web')
})

describe('a change', () => {
  const settings = { kind: 'ConfigMap', namespace: 'shop', name: 'settings' }
  const manifests = `${aFailing('web', { since: 600, runs: 7_200, volume: '{ name: s, configMap: { name: settings } }' })}
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop, creationTimestamp: '2026-11-01T00:00:00Z' }
---`
  const options = { manifests, changes: [aChange(settings)] }

  test('of since then can be the cause', () => {
    expect(lookBack(30, options).causes[0]?.object).toEqual(settings)
  })

  test('of before is no candidate, and nobody says that there was none', () => {
    const { causes, ruledOut } = lookBack(10.5, options)
    expect(causes).toEqual([])
    expect(ruledOut).toMatchObject([
      { object: settings, observation: 'it exists, and was not changed since 2026-11-20T11:49:30.000Z' },
    ])
  })
})

test('a reason that is older than the time is still the reason of what came since', () => {
  const calls = aFinding({ object: aWorkload('web'), involves: [aWorkload('db')], since: now - 10 * minute })
  const db = aFinding({
    ...{ object: aWorkload('db'), since: now - 60 * minute },
    blames: [{ object: aWorkload('db'), because: 'it does not set DATA_DIR', strength: 'direct' }],
  })
  const { symptoms, causes } = lookBack(30, { findings: [calls, db] })
  expect(symptoms.map(({ object }) => object.name)).toEqual(['web'])
  expect(causes[0]?.object).toEqual(aWorkload('db'))
})

test('without a time all that is known counts', () => {
  const { symptoms, since, summary } = explain(aCase({ findings: [old, recent], logs: logOf('x') }), shop, [])
  expect({ count: symptoms.length, since }).toEqual({ count: 2, since: null })
  expect(summary).not.toContain('left out')
})
