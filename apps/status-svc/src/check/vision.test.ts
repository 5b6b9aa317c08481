import fc from 'fast-check'
import { groupsOf, isLoopback, judgeSight, type Sighting } from './vision.ts'

let nextAddress = 1

function aSighting(given: Partial<Sighting> = {}): Sighting {
  const place = nextAddress++
  return { address: `192.0.2.${place}`, group: `group-${place}`, isHealthy: true, answeredAtMs: 0, ...given }
}

const target = { address: '198.51.100.1', group: 'target' }

test('an unrelated target that answered since the first failure shows that the checker sees', () => {
  expect(judgeSight(target, 100, [aSighting(), aSighting({ answeredAtMs: 100, isHealthy: false })])).toBe('sees')
})

test('an answer from before the first failure shows nothing: the witnesses must be asked', () => {
  const witnesses = [aSighting({ answeredAtMs: 98 }), aSighting({ answeredAtMs: 99 })]
  expect(judgeSight(target, 100, witnesses)).toEqual([witnesses[1], witnesses[0]])
})

test.each([
  ['goes to the same address', { address: target.address }],
  ['is connected through dependencies', { group: target.group }],
  ['is on this machine', { address: '127.0.0.1' }],
  ['was never answered', { answeredAtMs: null }],
  ['is down already', { isHealthy: false }],
])('a check that %s is no witness', (_, given) => {
  expect(judgeSight(target, 100, [aSighting(), aSighting(given)])).toBe('cannot-judge')
})

test('neither is an answer from this machine a sign of the network, nor from the same address, nor from a dependency', () => {
  const answeredAtMs = 100
  const others = [
    aSighting({ answeredAtMs, address: '::1' }),
    aSighting({ answeredAtMs, address: target.address }),
    aSighting({ answeredAtMs, group: target.group }),
  ]
  expect(judgeSight(target, 100, others)).toBe('cannot-judge')
})

test('one target that has many checks is one witness', () => {
  const twice = [aSighting({ address: '192.0.2.250' }), aSighting({ address: '192.0.2.250' })]
  expect(judgeSight(target, 100, twice)).toBe('cannot-judge')
})

test('services of this machine are witnesses of each other', () => {
  const local = [aSighting({ address: '127.0.0.2' }), aSighting({ address: '127.0.0.3' })]
  expect(judgeSight({ address: '127.0.0.1', group: 'target' }, 100, local)).toHaveLength(2)
})

test('at most five are asked, those answered last', () => {
  const witnesses = Array.from({ length: 9 }, (_, i) => aSighting({ answeredAtMs: i }))
  const asked = judgeSight(target, 100, witnesses) as Sighting[]
  expect(asked.map((witness) => witness.answeredAtMs)).toEqual([8, 7, 6, 5, 4])
})

test.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', 'localhost', 'db.localhost'])(
  '%s is this machine',
  (address) => {
    expect(isLoopback(address)).toBe(true)
  },
)

test.each(['128.0.0.1', '10.0.0.1', '::2', 'localhost.example.org', 'mylocalhost'])(
  '%s is not this machine',
  (address) => {
    expect(isLoopback(address)).toBe(false)
  },
)

test('components are in one group exactly when dependencies connect them, in whatever order they come', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const edges = fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 8 })
  fc.assert(
    fc.property(edges, fc.shuffledSubarray(ids, { minLength: 6 }), (pairs, order) => {
      const groups = groupsOf(
        order.map((id) => ({ id, spec: { dependsOn: pairs.filter(([from]) => from === id).map(([, to]) => to) } })),
      )
      for (const a of ids) for (const b of ids) expect(groups.get(a) === groups.get(b)).toBe(isConnected(a, b, pairs))
    }),
  )
})

function isConnected(from: string, to: string, pairs: readonly [string, string][]): boolean {
  const reached = new Set([from])
  for (let size = 0; size !== reached.size;) {
    size = reached.size
    for (const [a, b] of pairs) {
      if (reached.has(a)) reached.add(b)
      if (reached.has(b)) reached.add(a)
    }
  }
  return reached.has(to)
}
