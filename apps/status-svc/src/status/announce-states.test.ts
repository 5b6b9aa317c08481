import { payloadOf, readPayload } from './announce-states.ts'

test('a notice names what changed, or all when there is too much to name', () => {
  expect(readPayload(payloadOf('a:b', [1, 2, 30]))).toEqual({ replicaId: 'a:b', nums: [1, 2, 30] })
  const many = Array.from({ length: 5_000 }, (_, i) => i)
  expect(readPayload(payloadOf('r1', many))).toEqual({ replicaId: 'r1', nums: null })
})
