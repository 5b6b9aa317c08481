import fc from 'fast-check'
import { rootCause, type CausalNode } from './caused-by.ts'
import { componentStatuses, type ComponentStatus } from './component-status.ts'

const aNode = (id: string, status: ComponentStatus, dependsOn: readonly string[] = [], sinceMs = 0): CausalNode => ({
  id,
  status,
  dependsOn,
  sinceMs,
})

function causeIn(nodes: readonly CausalNode[], id: string) {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return rootCause(id, (wanted) => byId.get(wanted))
}

test('a component is caused by the dependency that is down', () => {
  expect(causeIn([aNode('web', 'outage', ['db']), aNode('db', 'outage')], 'web')).toBe('db')
})

test('the root is the deepest one down, not the nearest', () => {
  const nodes = [aNode('web', 'degraded', ['api']), aNode('api', 'outage', ['db']), aNode('db', 'outage')]
  expect(causeIn(nodes, 'web')).toBe('db')
  expect(causeIn(nodes, 'api')).toBe('db')
  expect(causeIn(nodes, 'db')).toBeNull()
})

test('a dependency that is not measured passes the cause on, one that is well does not', () => {
  const through = (status: ComponentStatus) => [
    aNode('web', 'outage', ['api']),
    aNode('api', status, ['db']),
    aNode('db', 'outage'),
  ]
  expect(causeIn(through('unknown'), 'web')).toBe('db')
  expect(causeIn(through('operational'), 'web')).toBeNull()
})

test('of several as deep, the one down longest is the cause, then the first by id', () => {
  const nodes = (since: readonly [number, number]) => [
    aNode('web', 'outage', ['cache', 'db']),
    aNode('cache', 'outage', [], since[0]),
    aNode('db', 'outage', [], since[1]),
  ]
  expect(causeIn(nodes([20, 10]), 'web')).toBe('db')
  expect(causeIn(nodes([10, 10]), 'web')).toBe('cache')
})

test('a healthy or unknown component has no cause', () => {
  expect(causeIn([aNode('web', 'operational', ['db']), aNode('db', 'outage')], 'web')).toBeNull()
  expect(causeIn([aNode('web', 'unknown', ['db']), aNode('db', 'outage')], 'web')).toBeNull()
})

test('a degraded dependency alone is no cause', () => {
  expect(causeIn([aNode('web', 'outage', ['db']), aNode('db', 'degraded')], 'web')).toBeNull()
})

const names = ['a', 'b', 'c', 'd', 'e']
const anyGraph = fc.tuple(
  ...names.map((id) =>
    fc.record({
      id: fc.constant(id),
      status: fc.constantFrom(...componentStatuses),
      dependsOn: fc.subarray(names),
      sinceMs: fc.nat(3),
    }),
  ),
)

test('in any graph, cycles included, the cause is another component, down, and the same whatever order edges come in', () => {
  fc.assert(
    fc.property(anyGraph, (nodes) => {
      const turned = nodes.map((node) => ({ ...node, dependsOn: node.dependsOn.toReversed() }))
      for (const { id } of nodes) {
        const cause = causeIn(nodes, id)
        expect(causeIn(turned, id)).toBe(cause)
        if (cause === null) continue
        expect(cause).not.toBe(id)
        expect(['outage', 'partial_outage']).toContain(nodes.find((node) => node.id === cause)!.status)
      }
    }),
  )
})
