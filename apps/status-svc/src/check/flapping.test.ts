import fc from 'fast-check'
import { steady, withResult, type Flapping } from './flapping.ts'

function after(results: string, prior: Flapping = steady): Flapping {
  return [...results].reduce((flapping, result, i) => withResult(flapping, result === '+', i), prior)
}

test('a check that alternates six times within twenty results is flapping, from the result that showed it', () => {
  expect(after('+-+-+-').sinceMs).toBeNull()
  expect(after('+-+-+-+').sinceMs).toBe(6)
  expect(after('+++--+++---+++--+').sinceMs).toBe(16)
})

test('alternations that are more than twenty results ago do not count', () => {
  expect(after(`+-+-+-${'-'.repeat(18)}+`).sinceMs).toBeNull()
})

test('flapping ends once ten results alternate at most once', () => {
  const flapping = after('+-+-+-+')
  expect(after('+++++++', flapping).sinceMs).toBe(6)
  expect(after('++++++++', flapping).sinceMs).toBeNull()
})

test('a check that goes down and stays down never flaps', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(60), (up, down) => {
      expect(after('+'.repeat(up) + '-'.repeat(down)).sinceMs).toBeNull()
    }),
  )
})

test('whatever came before, ten equal results end it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('+', '-'), maxLength: 60 }),
      fc.constantFrom('+', '-'),
      (before, last) => {
        expect(after(before + last.repeat(10)).sinceMs).toBeNull()
      },
    ),
  )
})
