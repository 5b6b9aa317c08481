import type { ContainerRun, UsagePoint } from '../../usage/usage.ts'
import { hourMs, noon } from '../testing/builders.ts'
import { meanOf, memoryVerdict, mostOf, podUse } from './container-use.ts'

const minuteMs = 60_000
const window = { fromMs: noon - hourMs, toMs: noon }
const aPoint = (minutesAgo: number, memory: number, cpu = 0.5, samples = 1): UsagePoint => ({
  ...{ at: new Date(noon - minutesAgo * minuteMs), samples, cpuMean: cpu, cpuMax: cpu },
  ...{ memoryMin: memory, memoryMean: memory, memoryMax: memory },
})
const aRun = (...points: readonly UsagePoint[]): ContainerRun => ({
  workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  ...{ pod: 'web-1', podUid: 'p1', container: 'app', startedAt: new Date(noon - 24 * hourMs), points },
})
const twelve = (memory: number) => Array.from({ length: 12 }, (_, at) => aPoint(11 - at, memory))

test('memory that was last measured long ago is not that of now', () => {
  expect(podUse('web-1', [aRun(aPoint(4, 90))], window).memory).toBe(90)
  expect(podUse('web-1', [aRun(aPoint(6, 90))], window).memory).toBeNull()
  expect(podUse('web-1', [], window)).toMatchObject({ cpu: null, memory: null })
})

test('CPU is the mean of the window alone, ten minutes together counting as ten', () => {
  const run = aRun(aPoint(90, 1, 9), aPoint(50, 1, 1, 10), aPoint(5, 1, 0.1, 1))
  expect(meanOf([run], window, ({ cpuMean }) => cpuMean)).toBeCloseTo((10 + 0.1) / 11, 9)
})

test('what uses most is the pod that was measured, and not one that was not', () => {
  const uses = [
    podUse('a', [], window),
    podUse('b', [aRun(aPoint(1, 5))], window),
    podUse('c', [aRun(aPoint(1, 9))], window),
  ]
  expect(mostOf(uses, 'memory')?.pod).toBe('c')
  expect(mostOf([podUse('a', [], window)], 'memory')).toBeNull()
})

test('one pod whose memory is high is enough; one that was not measured leaves the others unsure', () => {
  const [high, low, none] = [
    podUse('high', [aRun(...twelve(90))], window),
    podUse('low', [aRun(...twelve(10))], window),
    podUse('none', [], window),
  ]
  expect([
    memoryVerdict([high, low, none], 100, noon).isHigh,
    memoryVerdict([low, none], 100, noon).isHigh,
    memoryVerdict([low], 100, noon).isHigh,
    memoryVerdict([], 100, noon).isHigh,
    memoryVerdict([high], null, noon).isHigh,
  ]).toEqual([true, null, false, null, null])
})

test('a container that began anew is judged by what it used since', () => {
  const uses = podUse('web-1', [aRun(...twelve(95)), aRun(aPoint(1, 20), aPoint(0, 20))], window)
  expect(memoryVerdict([uses], 100, noon).isHigh).toBe(false)
})

test('the verdict is about the pod whose memory is high, and not about one that uses more since a moment ago', () => {
  const [high, peak] = [
    podUse('high', [aRun(...twelve(90))], window),
    podUse('peak', [aRun(...twelve(10).slice(0, -1), aPoint(0, 99))], window),
  ]
  expect(memoryVerdict([peak, high], 100, noon)).toMatchObject({ isHigh: true, pod: 'high', used: 90 })
  expect(memoryVerdict([peak], 100, noon)).toMatchObject({ isHigh: false, pod: 'peak', used: 99 })
  expect(memoryVerdict([], 100, noon)).toMatchObject({ isHigh: null, pod: null, used: null })
})

test.each([
  ['eleven minutes', [11], [], true],
  ['ten', [10, 11], [], true],
  ['nine', [9, 10, 11], [], false],
  ['eleven, one measurement missing', [11], [9], true],
  ['nine or ten, as one is missing', [10, 11], [9], false],
])('memory above 80 %% for %s', (_, low: readonly number[], missing: readonly number[], expected) => {
  const points = Array.from({ length: 12 }, (__, at) => 11 - at)
    .filter((minutesAgo) => !missing.includes(minutesAgo))
    .map((minutesAgo) => aPoint(minutesAgo, low.includes(minutesAgo) ? 50 : 90))
  expect(memoryVerdict([podUse('web-1', [aRun(...points)], window)], 100, noon).isHigh).toBe(expected)
})
