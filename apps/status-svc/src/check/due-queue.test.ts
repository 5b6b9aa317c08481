import fc from 'fast-check'
import { DueQueue } from './due-queue.ts'

test('things come out in the order in which they are due, without those that were cancelled', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ dueMs: fc.nat(1_000), isCancelled: fc.boolean() })), (things) => {
      const queue = new DueQueue<number>()
      things.forEach((thing, i) => {
        queue.add(i, thing.dueMs).isCancelled = thing.isCancelled
      })
      const taken: number[] = []
      for (let entry = queue.takeDue(500); entry; entry = queue.takeDue(500)) taken.push(entry.dueMs)
      const expected = things.filter((thing) => !thing.isCancelled && thing.dueMs <= 500).map((thing) => thing.dueMs)
      expect(taken).toEqual(expected.sort((a, b) => a - b))
      const later = things.filter((thing) => !thing.isCancelled && thing.dueMs > 500).map((thing) => thing.dueMs)
      expect(queue.nextDueMs()).toBe(later.length > 0 ? Math.min(...later) : undefined)
    }),
  )
})

test.each([NaN, Infinity, -Infinity])('nothing can be due at %d, and what is there is not disturbed by it', (dueMs) => {
  const queue = new DueQueue<string>()
  queue.add('first', 1)
  expect(() => queue.add('never', dueMs)).toThrow(RangeError)
  expect(queue.takeDue(Infinity)?.item).toBe('first')
  expect(queue.nextDueMs()).toBeUndefined()
})
