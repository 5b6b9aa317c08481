import fc from 'fast-check'
import { fairShare, shardCount, shardOf } from './shard.ts'

test('components are spread over all shards', () => {
  const counts = new Map<number, number>()
  for (let num = 1; num <= 6_400; num++) counts.set(shardOf(num), (counts.get(shardOf(num)) ?? 0) + 1)
  expect(counts.size).toBe(shardCount)
  expect(Math.max(...counts.values())).toBeLessThan(150)
  expect(Math.min(...counts.keys())).toBe(0)
  expect(Math.max(...counts.keys())).toBe(shardCount - 1)
})

test('the shares of all replicas are all the shards, and differ by one at most', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 100 }), (members) => {
      const shares = members.map((member) => fairShare(members, member))
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(shardCount)
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
    }),
  )
})

test('a replica that is not a member has no share', () => {
  expect(fairShare(['a', 'b'], 'c')).toBe(0)
})
