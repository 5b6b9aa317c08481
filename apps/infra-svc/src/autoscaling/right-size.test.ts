import * as fc from 'fast-check'
import type { ContainerResources } from './scaled-workload.ts'
import { followed, rightSize, type HeldAt } from './right-size.ts'
import type { ContainerUse, Shares } from '../usage/shares.ts'

const mebi = 2 ** 20
const same = (amount: number): Shares => ({ p50: amount, p95: amount, p99: amount, max: amount })
const used = (cpu: number, memory: number): ContainerUse => ({
  ...{ container: 'app', minutes: 10_000, cpu: same(cpu), memory: same(memory * mebi) },
})
const asks = (cpu: number | null, memory: number | null, limits: [number | null, number | null] = [null, 1_024]) =>
  ({
    container: 'app',
    requests: { cpu, memory: memory === null ? null : memory * mebi },
    limits: { cpu: limits[0], memory: limits[1] === null ? null : limits[1] * mebi },
  }) satisfies ContainerResources
const held: HeldAt = { cpu: null, memory: null }
const told = (use: ContainerUse, resources: ContainerResources, at = held) =>
  rightSize(use, resources, at).map(({ rule, resource, field, proposed }) => [
    ...[rule, resource, field],
    resource === 'cpu' ? proposed : proposed / mebi,
  ])

test('what fits is left alone', () => {
  expect(told(used(0.4, 400), asks(0.5, 512))).toEqual([])
  expect(told(used(0.03, 30), asks(0.06, 64))).toEqual([])
})

test.each([
  ['asks for much more than it uses', used(0.1, 100), asks(1, 900), 'over-requested', [0.12, 128]],
  ['uses more than it asks for', used(0.6, 600), asks(0.5, 512), 'under-requested', [0.69, 704]],
  ['asks for nothing', used(0.1, 100), asks(null, null), 'requests-missing', [0.12, 128]],
])('a container that %s is told what to ask for', (_, use, resources, rule, [cpu, memory]) => {
  expect(told(use, resources)).toEqual([
    [rule, 'cpu', 'requests', cpu],
    [rule, 'memory', 'requests', memory],
  ])
})

test('the sum is shown', () => {
  expect(rightSize(used(0.1, 100), asks(1, 512), held)[0]!.arithmetic).toBe('p95 100m × 1.15 = 120m')
})

test('what an autoscaler holds at its share is no waste', () => {
  const atHalf = { cpu: 0.5, memory: null }
  expect(told(used(0.5, 400), asks(1, 512))).toEqual([['over-requested', 'cpu', 'requests', 0.58]])
  expect(told(used(0.5, 400), asks(1, 512), atHalf)).toEqual([])
  expect(told(used(0.1, 400), asks(1, 512), atHalf)).toEqual([['over-requested', 'cpu', 'requests', 0.2]])
})

test('limits: none for memory, one that is near, and a CPU that is held at its own', () => {
  expect(told(used(0.4, 400), asks(0.5, 512, [null, null]))).toEqual([
    ['memory-limit-missing', 'memory', 'limits', 608],
  ])
  expect(told(used(0.4, 480), asks(0.5, 512, [null, 512]))).toEqual([['memory-limit-near', 'memory', 'limits', 720]])
  expect(told(used(0.48, 400), asks(0.5, 512, [0.5, 1_024]))).toEqual([['cpu-throttled', 'cpu', 'limits', 1]])
  expect(told(used(0.4, 400), asks(0.5, 512, [0.5, 512]))).toEqual([])
})

test('a missing limit is not proposed below what is asked for', () => {
  expect(told(used(0.4, 100), asks(0.5, 160, [null, null]))).toEqual([
    ['memory-limit-missing', 'memory', 'limits', 160],
  ])
})

const amount = fc.double({ min: 0.001, max: 64, noNaN: true })
const maybe = fc.option(amount, { nil: null })
const someShares = fc.tuple(amount, amount, amount, amount).map((four): Shares => {
  const [p50, p95, p99, max] = four.toSorted((a, b) => a - b) as [number, number, number, number]
  return { p50, p95, p99, max }
})
const scaled = ({ p50, p95, p99, max }: Shares, by: number): Shares => ({
  ...{ p50: p50 * by, p95: p95 * by, p99: p99 * by, max: max * by },
})
const someUse = fc.record({ cpu: someShares, memory: someShares }).map(({ cpu, memory }): ContainerUse => ({
  ...{ container: 'app', minutes: 10_000, cpu, memory: scaled(memory, 100 * mebi) },
}))
const someResources = fc
  .record({ cpu: maybe, memory: maybe, overCpu: maybe, overMemory: maybe })
  .map(({ cpu, memory, overCpu, overMemory }) => {
    const limit = (request: number | null, over: number | null) => (over === null ? null : (request ?? 0.1) + over)
    const bytes = (value: number | null) => (value === null ? null : value * 100 * mebi)
    return {
      container: 'app',
      requests: { cpu, memory: bytes(memory) },
      limits: { cpu: limit(cpu, overCpu), memory: bytes(limit(memory, overMemory)) },
    }
  })
const share = fc.option(fc.double({ min: 0.1, max: 1, noNaN: true }), { nil: null })
const someHeld = fc.record({ cpu: share, memory: share })

test('more use never leads to less being asked for, or to a lower limit', () => {
  fc.assert(
    fc.property(someUse, someUse, someResources, someHeld, (use, more, resources, heldAt) => {
      const added = (a: Shares, b: Shares): Shares => ({
        ...{ p50: a.p50 + b.p50, p95: a.p95 + b.p95, p99: a.p99 + b.p99, max: a.max + b.max },
      })
      const greater = { ...use, cpu: added(use.cpu, more.cpu), memory: added(use.memory, more.memory) }
      const less = followed(rightSize(use, resources, heldAt), resources)
      const most = followed(rightSize(greater, resources, heldAt), resources)
      for (const field of ['requests', 'limits'] as const)
        for (const resource of ['cpu', 'memory'] as const)
          expect(most[field][resource] ?? 0).toBeGreaterThanOrEqual(less[field][resource] ?? 0)
    }),
  )
})

test('what is proposed is enough for what was used, and no request is above its limit', () => {
  fc.assert(
    fc.property(someUse, someResources, someHeld, (use, resources, heldAt) => {
      const { requests, limits } = followed(rightSize(use, resources, heldAt), resources)
      expect(requests.cpu).toBeGreaterThanOrEqual(use.cpu.p95)
      expect(requests.memory).toBeGreaterThanOrEqual(use.memory.max)
      expect(limits.memory).toBeGreaterThanOrEqual(use.memory.max)
      expect(requests.cpu!).toBeLessThanOrEqual(limits.cpu ?? Infinity)
      expect(requests.memory!).toBeLessThanOrEqual(limits.memory!)
    }),
  )
})

test('once followed, it has nothing more to say', () => {
  fc.assert(
    fc.property(someUse, someResources, someHeld, (use, resources, heldAt) => {
      const after = followed(rightSize(use, resources, heldAt), resources)
      expect(rightSize(use, after, heldAt).filter(({ rule }) => rule !== 'cpu-throttled')).toEqual([])
    }),
  )
})
