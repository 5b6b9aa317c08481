import { changesBetween, type PostgresSample } from './changes.ts'

const aSample = (changed: Partial<PostgresSample> = {}): PostgresSample => ({
  kind: 'postgres',
  ...{ connections: 10, waiting: 0, commits: 1_000, rollbacks: 5, hits: 0, reads: 0, deadlocks: 0, tempBytes: 0 },
  ...{ bytes: 1e9, resetAt: null, statements: [] },
  ...changed,
})
const aStatement = (id: string, calls: number, totalMs: number) => ({ id, calls, totalMs })
const changes = (before: Partial<PostgresSample>, now: Partial<PostgresSample>) =>
  changesBetween(aSample(before), aSample(now))

test('nothing has changed where nothing has', () => {
  expect(changes({}, {})).toEqual([])
})

test('a statement that got slower is told by what it took in this time alone', () => {
  const before = { statements: [aStatement('1', 10_000, 50_000), aStatement('2', 100, 5_000)] }
  const now = { statements: [aStatement('1', 10_100, 60_000), aStatement('2', 200, 10_000)] }
  expect(changes(before, now)).toEqual([{ what: 'statement 1', says: '100 calls at 100 ms; before it took 5.0 ms' }])
})

test('a statement that is new and heavy is told, one that only came into sight is not', () => {
  const now = { statements: [aStatement('7', 50, 5_000), aStatement('8', 30, 630), aStatement('9', 9_000, 90_000)] }
  const before = { statements: [aStatement('9', 100, 1_000)] }
  expect(changes(before, now)).toEqual([{ what: 'statement 7', says: 'new: 50 calls at 100 ms' }])
})

test('a statement that is counted anew is not taken for one that got faster', () => {
  const before = { statements: [aStatement('1', 10_000, 50_000)] }
  expect(changes(before, { statements: [aStatement('1', 100, 10_000)] })).toMatchObject([{ what: 'statement 1' }])
})

test('connections, size, deadlocks and rollbacks that jumped are told, unless the counting began anew', () => {
  const now = { connections: 40, bytes: 2e9, deadlocks: 3, rollbacks: 900, commits: 2_000 }
  expect(changes({}, now).map(({ what }) => what)).toEqual(['connections', 'size', 'deadlocks', 'rollbacks'])
  expect(changes({}, { ...now, resetAt: 'today' }).map(({ what }) => what)).toEqual(['connections', 'size'])
})
