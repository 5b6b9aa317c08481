import type { Reference } from '@akashic/kubernetes'
import { now } from '../testing/a-look.ts'
import { aCase, aChange, aFinding, aWorkload, type CaseOptions } from '../testing/a-case.ts'
import { openCase } from './case.ts'
import { rankCandidates, type Candidate } from './score.ts'
import type { Path } from './walk.ts'

const minute = 60_000
const symptom = aFinding({ object: aWorkload('web') })
const other = aFinding({ object: aWorkload('api') })

/** A way from a symptom to what an observation names, one step behind it. */
const aPath = (name: string, changed: Partial<Path> = {}): Path => ({
  ...{
    symptom,
    object: aWorkload(name),
    because: 'it is broken',
    isDirect: true,
    at: aFinding({ object: aWorkload(name) }),
  },
  ...{ rules: ['involved'], evidence: [], remedies: [], corroboration: [], chain: [], ...changed },
})

const rank = (paths: readonly Path[], options: CaseOptions = {}): readonly Candidate[] =>
  rankCandidates(openCase(aCase({ findings: [], ...options })), {
    symptoms: [symptom, other],
    walks: [{ paths, passed: new Set() }],
  })

const order = (...given: Parameters<typeof rank>): readonly string[] => rank(...given).map(({ object }) => object.name)

const pointsOf = (name: string, ...given: Parameters<typeof rank>): Readonly<Record<string, number>> => {
  const { points } = rank(...given).find(({ object }) => object.name === name)!
  return Object.fromEntries(points.map((each) => [each.rule, each.points]))
}

// Every candidate that is to be first has the last name, so that only its points can put it there.
describe('goes before another that is like it in all else:', () => {
  test('what an observation names, before what only fits', () => {
    expect(order([aPath('a', { isDirect: false }), aPath('z')])).toEqual(['z', 'a'])
  })

  test('what explains more of what suffers', () => {
    expect(order([aPath('a'), aPath('z'), aPath('z', { symptom: other })])).toEqual(['z', 'a'])
  })

  test('what is blamed by a trouble, before what is blamed by something worth knowing', () => {
    const hint = aFinding({ object: aWorkload('a'), severity: 'info' })
    expect(order([aPath('a', { at: hint }), aPath('z')])).toEqual(['z', 'a'])
  })

  test('what lies behind another reason', () => {
    expect(order([aPath('a'), aPath('z', { rules: ['depends', 'involved'] })])).toEqual(['z', 'a'])
  })

  test('what more than one observation speaks for', () => {
    expect(order([aPath('a'), aPath('z', { corroboration: ['what uses it fails alike'] })])).toEqual(['z', 'a'])
  })

  test('what was changed before the symptom', () => {
    const changes = [aChange(aWorkload('z'), { at: now - 60 * minute })]
    expect(order([aPath('a'), aPath('z')], { changes })).toEqual(['z', 'a'])
  })

  test('what was changed minutes before, and not an hour before', () => {
    const changes = [aChange(aWorkload('a'), { at: now - 60 * minute }), aChange(aWorkload('z'))]
    expect(order([aPath('a'), aPath('z')], { changes })).toEqual(['z', 'a'])
  })

  test('what did not begin after the symptom', () => {
    const afterwards = aFinding({ object: aWorkload('a'), since: symptom.since! + 2 * minute })
    expect(order([aPath('a', { at: afterwards }), aPath('z')])).toEqual(['z', 'a'])
  })

  test('by its name, where nothing tells them apart', () => {
    expect(order([aPath('z'), aPath('a')])).toEqual(['a', 'z'])
  })
})

test('what fits everything and was just changed goes before what is named for half of it', () => {
  const rules = ['depends', 'involved', 'placed']
  const fitting = [symptom, other].map((each) => aPath('z', { symptom: each, isDirect: false, rules }))
  expect(order([aPath('a', { rules: [] }), ...fitting], { changes: [aChange(aWorkload('z'))] })).toEqual(['z', 'a'])
})

test('steps on one and the same object lead nowhere nearer to the root', () => {
  const rules = ['same-object', 'same-object']
  expect(order([aPath('a', { rules }), aPath('z')])).toEqual(['z', 'a'])
})

test('of several ways to one object the one that an observation names tells why', () => {
  const ways = [aPath('a', { isDirect: false, because: 'it fits' }), aPath('a', { because: 'it is named' })]
  const [only] = rank(ways)
  expect(only!.paths[0]!.because).toBe('it is named')
})

describe('has no point for having been changed', () => {
  const changedAt = (at: number, kind: 'configuration' | 'created' = 'configuration') =>
    pointsOf('a', [aPath('a')], { changes: [aChange(aWorkload('a'), { at, kind })] })
  const began = symptom.since!

  test.each([
    ['what was only created', () => changedAt(began - minute, 'created')],
    ['what was changed after the symptom', () => changedAt(began + minute)],
    ['what was changed hours before', () => changedAt(began - 150 * minute)],
  ])('%s', (_, points) => {
    expect(points()).not.toHaveProperty('changed-before')
  })

  test('what was changed before a symptom of which is not known since when it is', () => {
    const timeless = aFinding({ object: aWorkload('web'), since: null })
    const changes = [aChange(aWorkload('a'))]
    expect(pointsOf('a', [aPath('a', { symptom: timeless })], { changes })).not.toHaveProperty('changed-before')
  })
})

test('three observations more and three steps are as much as any number of them', () => {
  const corroboration = ['one', 'two', 'three', 'four']
  const rules = ['depends', 'involved', 'depends', 'placed']
  const most = rank([aPath('a', { corroboration, rules })])[0]!.score
  const three = rank([aPath('a', { corroboration: corroboration.slice(1), rules: rules.slice(1) })])[0]!.score
  expect(most).toBe(three)
})

test('the score is the sum of the points that are told', () => {
  const node: Reference = { kind: 'Node', namespace: '', name: 'n1' }
  const [{ score, points }] = rank([aPath('a', { object: node, corroboration: ['one'] })]) as [Candidate]
  expect(score).toBe(points.reduce((sum, each) => sum + each.points, 0))
})
