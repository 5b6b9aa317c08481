import fc from 'fast-check'
import { createEventRing } from './event-ring.ts'

test('a reader is given exactly what came after the event it names, or told that this cannot be told', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 40 }),
      fc.nat(45),
      fc.record({ events: fc.integer({ min: 1, max: 20 }), bytes: fc.integer({ min: 1, max: 300 }) }),
      (texts, seen, bounds) => {
        const ring = createEventRing('e', bounds)
        const ids = texts.map((text) => {
          const id = ring.nextId()
          ring.push(Buffer.from(text))
          expect(ring.lastId()).toBe(id)
          return id
        })
        const missed = ring.after(seen === 0 ? 'e-0' : (ids[seen - 1] ?? `e-${seen}`))
        if (seen > texts.length) expect(missed).toBeNull()
        else if (missed !== null) expect(missed.map(String)).toEqual(texts.slice(seen))
        else expect(texts.length - seen).toBeGreaterThan(0)
        if (seen === texts.length) expect(missed).toEqual([])
      },
    ),
  )
})

test('it keeps no more events and no more bytes than it is told to', () => {
  const ring = createEventRing('e', { events: 3, bytes: 25 })
  for (let i = 0; i < 5; i++) ring.push(Buffer.alloc(10))
  expect(ring.after('e-2')).toBeNull()
  expect(ring.after('e-3')).toHaveLength(2)
})

test.each(['', 'x-1', 'e-', 'e-x', 'e--1', 'e-1.5', 'e-99', '../../etc'])('an id like %p is not known here', (id) => {
  const ring = createEventRing('e', { events: 3, bytes: 100 })
  ring.push(Buffer.from('1'))
  expect(ring.after(id)).toBeNull()
})
