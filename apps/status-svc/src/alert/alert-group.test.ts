import fc from 'fast-check'
import type { Alert } from './alert.ts'
import { groupsOf, inhibitedIds, isWorse } from './alert-group.ts'

const anAlert = (num: number, more: Partial<Alert> = {}): Alert => ({
  ...{ num, id: `a${num}`, version: 1, source: 'prometheus', fingerprint: `f${num}`, component: null },
  ...{ status: 'firing', severity: 'warning', summary: `Alert ${num}.`, labels: { alertname: 'Down' } },
  ...{ assignee: null, incident: null, firedAtMs: 0, heardAtMs: num, lastSeenAtMs: num, resolvedAtMs: null },
  ...more,
})
const about = (id: string) => ({ component: { num: 1, id, visibility: 'public' as const } })

describe('groups of alerts', () => {
  test('are those of the same labels, each as bad as its worst and as old as its first', () => {
    const alerts = [
      anAlert(3, about('web')),
      anAlert(2, { severity: 'critical', summary: 'It is down.', ...about('mail') }),
      anAlert(1, { severity: 'info', ...about('web') }),
      anAlert(5, { labels: { alertname: 'Slow', job: 'api' } }),
    ]
    expect(groupsOf(alerts, ['alertname', 'job'])).toEqual([
      {
        ...{
          key: '[["alertname","Down"],["job",""]]',
          labels: { alertname: 'Down' },
          severity: 'critical',
          count: 3,
          heardAtMs: 1,
        },
        ...{ componentIds: ['mail', 'web'], summary: 'It is down.' },
      },
      {
        ...{
          key: '[["alertname","Slow"],["job","api"]]',
          labels: { alertname: 'Slow', job: 'api' },
          severity: 'warning',
          count: 1,
        },
        ...{ heardAtMs: 5, componentIds: [], summary: 'Alert 5.' },
      },
    ])
  })

  test('are one without labels to group by, and none without alerts', () => {
    expect(groupsOf([anAlert(1), anAlert(2, { labels: {} })], [])).toMatchObject([{ key: '[]', count: 2, labels: {} }])
    expect(groupsOf([], ['alertname'])).toEqual([])
  })

  test('take constructor for a label like any other', () => {
    const alerts = [anAlert(1), anAlert(2, { labels: { constructor: 'x' } })]
    const groups = groupsOf(alerts, ['constructor'])
    expect(groups.map(({ key, labels }) => [key, Object.entries(labels)])).toEqual([
      ['[["constructor",""]]', []],
      ['[["constructor","x"]]', [['constructor', 'x']]],
    ])
  })

  test('hold each alert once, and are the same in whatever order the alerts come', () => {
    const anyAlert = fc.record({
      severity: fc.constantFrom('critical', 'warning', 'info'),
      labels: fc.dictionary(fc.constantFrom('alertname', 'job'), fc.constantFrom('', 'a', 'b')),
    })
    fc.assert(
      fc.property(fc.array(anyAlert), fc.func(fc.integer()), (drawn, placeOf) => {
        const alerts = drawn.map((more, num) => anAlert(num, more))
        const shuffled = alerts.toSorted((a, b) => placeOf(a.num) - placeOf(b.num))
        const [groups, again] = [alerts, shuffled].map((all) =>
          groupsOf(all, ['alertname', 'job']).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
        )
        expect(again).toEqual(groups)
        expect(groups!.reduce((sum, { count }) => sum + count, 0)).toBe(alerts.length)
        for (const { key, severity } of groups!) {
          const members = alerts.filter(
            ({ labels }) =>
              JSON.stringify([
                ['alertname', labels['alertname'] ?? ''],
                ['job', labels['job'] ?? ''],
              ]) === key,
          )
          expect(members.some((member) => isWorse(member.severity, severity))).toBe(false)
        }
      }),
    )
  })
})

const inhibited = (dependsOn: Readonly<Record<string, readonly string[]>>, ...out: readonly string[]) =>
  [
    ...inhibitedIds(
      Object.entries(dependsOn).map(([id, dependencies]) => ({ id, dependsOn: dependencies })),
      (id) => out.includes(id),
    ),
  ].toSorted()

describe('what something underneath explains', () => {
  test('is what depends on it, also through what is well, but not what is underneath', () => {
    const chain = { web: ['api'], api: ['database'], database: ['disk'], disk: [], mail: [] }
    expect(inhibited(chain, 'database')).toEqual(['api', 'web'])
    expect(inhibited(chain, 'web')).toEqual([])
    expect(inhibited(chain, 'web', 'api', 'database', 'disk')).toEqual(['api', 'database', 'web'])
    expect(inhibited(chain)).toEqual([])
  })

  test('is told once of a diamond, by either side', () => {
    const diamond = { web: ['left', 'right'], left: ['disk'], right: ['disk'], disk: [] }
    expect(inhibited(diamond, 'right')).toEqual(['web'])
    expect(inhibited(diamond, 'disk')).toEqual(['left', 'right', 'web'])
    expect(inhibited({ web: ['disk', 'disk'], disk: [] }, 'disk')).toEqual(['web'])
  })

  test('is also what depends on something that is not shown', () => {
    expect(inhibited({ web: ['hidden'] }, 'hidden')).toEqual(['web'])
  })

  test('is nothing in a circle: both would be silent', () => {
    expect(inhibited({ a: ['b'], b: ['a'], c: ['c'], web: ['a'], mail: ['disk'], disk: [] }, 'a', 'b', 'disk')).toEqual(
      ['mail'],
    )
  })

  test('is found through 10,000 in a chain, from either end', () => {
    const chain = Array.from({ length: 10_000 }, (_, n) => ({ id: `c${n}`, dependsOn: n === 0 ? [] : [`c${n - 1}`] }))
    for (const components of [chain, chain.toReversed()]) {
      expect(inhibitedIds(components, (id) => id === 'c0').size).toBe(9_999)
    }
  })

  test('is what reaches something that is out, and nothing else', () => {
    const anyGraph = fc.array(fc.record({ below: fc.array(fc.nat(9)), isOut: fc.boolean() }), { maxLength: 10 })
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        const below = (n: number) => nodes[n]!.below.filter((other) => other < n)
        const isExplained = (n: number): boolean => below(n).some((other) => nodes[other]!.isOut || isExplained(other))
        const components = nodes.map((_, n) => ({ id: `${n}`, dependsOn: below(n).map(String) }))
        const expected = components.filter((_, n) => isExplained(n)).map(({ id }) => id)
        expect([...inhibitedIds(components.toReversed(), (id) => nodes[Number(id)]!.isOut)].toSorted()).toEqual(
          expected,
        )
      }),
    )
  })
})
