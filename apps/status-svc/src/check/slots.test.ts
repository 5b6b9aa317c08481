import fc from 'fast-check'
import { Slots } from './slots.ts'

function slotsOf(maxConcurrent: number, maxPerHost: number) {
  const slots = new Slots(() => ({ maxConcurrent, maxPerHost }))
  const running: string[] = []
  const request = (name: string, host: string, isWanted = true) =>
    slots.request(host, () => {
      if (isWanted) running.push(name)
      return isWanted
    })
  return { slots, running, request }
}

test('no more run at once than allowed; the others start as slots get free, in their order', () => {
  const { slots, running, request } = slotsOf(2, 2)
  for (const name of ['a', 'b', 'c', 'd']) request(name, name)
  expect(running).toEqual(['a', 'b'])
  slots.release('a')
  expect(running).toEqual(['a', 'b', 'c'])
})

test('a host at its limit holds nobody else back', () => {
  const { slots, running, request } = slotsOf(10, 1)
  request('slow-1', 'slow')
  request('slow-2', 'slow')
  request('other', 'other')
  expect(running).toEqual(['slow-1', 'other'])
  slots.release('slow')
  expect(running).toEqual(['slow-1', 'other', 'slow-2'])
})

test('what is not wanted any more gives its turn to the next', () => {
  const { slots, running, request } = slotsOf(1, 1)
  request('first', 'a')
  request('gone', 'a', false)
  request('next', 'a')
  slots.release('a')
  expect(running).toEqual(['first', 'next'])
})

test('whatever comes and goes, limits hold, nobody is forgotten, and all slots come back', () => {
  const step = fc.record({ host: fc.constantFrom('a', 'b', 'c'), isWanted: fc.boolean(), releases: fc.nat(3) })
  fc.assert(
    fc.property(
      fc.array(step),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      (steps, inAll, perHost) => {
        const slots = new Slots(() => ({ maxConcurrent: inAll, maxPerHost: perHost }))
        const running: string[] = []
        let asked = 0
        const release = () => {
          const host = running.shift()
          if (host !== undefined) slots.release(host)
        }
        for (const { host, isWanted, releases } of steps) {
          slots.request(host, () => {
            asked++
            if (isWanted) running.push(host)
            return isWanted
          })
          expect(running.length).toBeLessThanOrEqual(inAll)
          for (const each of ['a', 'b', 'c'])
            expect(running.filter((h) => h === each).length).toBeLessThanOrEqual(perHost)
          for (let i = 0; i < releases; i++) release()
        }
        while (running.length > 0) release()
        expect(asked).toBe(steps.length)
        expect(slots.running).toBe(0)
      },
    ),
  )
})
