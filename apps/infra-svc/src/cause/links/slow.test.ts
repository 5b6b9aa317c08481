import type { Reference } from '@akashic/kubernetes'
import { neededKinds } from '../../analyse/analyse.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import { aCase, aFinding, aWorkload } from '../../testing/a-case.ts'
import { explain } from '../explain.ts'

const component = (name: string): Reference => ({ kind: 'Component', namespace: '', name })
const session: Reference = { kind: 'Session', namespace: 'orders', name: 'pid 7' }
const query: Reference = { kind: 'Query', namespace: 'orders', name: '42' }

/** What is kept of a component that is run by the workload of its name. */
const felt = (name: string, changed: Partial<GroupedFinding> = {}): GroupedFinding =>
  aFinding({
    ...{ object: component(name), rule: 'perf-slow-response', severity: 'warning', cluster: `component/${name}` },
    ...{ summary: `The 95th percentile of ${name} is 5 s.`, involves: [aWorkload(name)], since: null, ...changed },
  })
const statement = felt('till', {
  ...{ object: query, rule: 'perf-slow-statement', involves: [] },
  summary: 'A statement of database orders takes 4 s on average.',
})
const usedUp = felt('till', {
  ...{ rule: 'perf-resource-used-up', part: 'cpu:app', involves: [], summary: 'Of the CPU limit 95 % is used.' },
})
const lockTree = aFinding({
  ...{ object: session, rule: 'db-lock-tree', cluster: 'database/orders', summary: 'Session 7 keeps 3 waiting.' },
  blames: [{ object: session, because: 'it holds locks that 3 sessions wait for', strength: 'direct' }],
})

/** `till` uses the database and depends on `stock`; `web` depends on `till`; and `north`, `middle` and `south` in a circle. */
const dependencies = ({ name }: Reference): readonly Reference[] => {
  const needed = { till: ['stock'], web: ['till'], north: ['middle'], middle: ['south'], south: ['north'] }[name] ?? []
  return [
    ...needed.flatMap((each) => [aWorkload(each), component(each)]),
    ...(name === 'till' ? [{ kind: 'Database', namespace: 'orders', name: 'orders' }] : []),
  ]
}
const why = (findings: readonly GroupedFinding[], name = 'till') =>
  explain(
    aCase({ findings, dependencies }),
    { kind: 'component', components: [name], workloads: [aWorkload(name)] },
    neededKinds,
  )

test.each(['perf-slow-response', 'perf-errors', 'perf-slower'])(
  'a lock tree in the database of a component explains its %s, whatever it does itself',
  (rule) => {
    const { verdict, causes } = why([felt('till', { rule }), lockTree, statement, usedUp])
    expect(verdict).toBe('cause_established')
    expect(causes.map(({ object }) => object)).toEqual([session])
    expect(JSON.stringify(causes[0]!.chain)).toContain('it depends on database orders')
  },
)

test('a database without a connection left explains slow responses, and one that has some does not', () => {
  const full = (severity: 'critical' | 'info') => ({ ...lockTree, rule: 'db-connections-full', severity })
  expect(why([felt('till'), full('critical')]).causes[0]!.object).toEqual(session)
  expect(why([felt('till'), full('info')]).verdict).toBe('none_established')
})

test('a slow component explains those that depend on it, by what was measured of it', () => {
  const measured = {
    kind: 'metric',
    object: component('stock'),
    where: '95th percentile',
    quote: '5 s',
    at: 1,
  } as const
  const { verdict, causes } = why([felt('till'), felt('stock', { evidence: [measured] }), usedUp])
  expect(verdict).toBe('cause_established')
  expect(causes).toMatchObject([{ object: aWorkload('stock'), evidence: [measured] }])
  expect(causes[0]!.because).toContain('the 95th percentile of stock is 5 s')
})

test('what a slow component waits for is the cause of those that wait for it', () => {
  const { causes } = why([felt('web'), felt('till'), lockTree], 'web')
  expect(causes[0]!.object).toEqual(session)
  expect(causes[0]!.isEstablished).toBe(true)
})

test('components that wait for each other in a circle explain nothing of each other', () => {
  expect(why([felt('north'), felt('middle'), felt('south')], 'north')).toMatchObject({ verdict: 'none_established' })
})

test('a workload that does not work explains who depends on it', () => {
  const object = aWorkload('stock')
  const broken = aFinding({ object, blames: [{ object, because: 'its image is not there', strength: 'direct' }] })
  expect(why([felt('till'), broken]).causes[0]).toMatchObject({ object, because: 'its image is not there' })
  expect(why([felt('till'), { ...broken, severity: 'warning' }]).verdict).toBe('none_established')
})

test.each([
  ['a statement of its database', statement, query],
  ['the CPU limit of its container', usedUp, aWorkload('till')],
])('without others to wait for, %s explains slow responses', (_, own, object) => {
  const { verdict, causes } = why([felt('till'), own])
  expect(verdict).toBe('cause_established')
  expect(causes[0]!.object).toEqual(object)
})

test.each([
  ['what another component has used up', { ...usedUp, cluster: 'component/stock' }],
  ['a component that is slower than last week, and not slow', felt('stock', { rule: 'perf-slower', severity: 'info' })],
  ['a slow component that it does not depend on', felt('mail')],
  [
    'the high memory of its own container',
    { ...felt('till'), object: aWorkload('till'), rule: 'memory-high', involves: [] },
  ],
])('slow responses are not explained by %s', (_, other) => {
  const [first] = why([felt('till'), other]).symptoms.filter(({ rule }) => rule === 'perf-slow-response')
  expect(first!.isExplained).toBe(false)
})

test('a component is a symptom in the namespace of what runs it, and in no other', () => {
  const inNamespace = (namespace: string) =>
    explain(aCase({ findings: [felt('till')] }), { kind: 'namespace', namespace }, neededKinds).symptoms
  expect(inNamespace('shop')).toHaveLength(1)
  expect(inNamespace('bank')).toEqual([])
})
