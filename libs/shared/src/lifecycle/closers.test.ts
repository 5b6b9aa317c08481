import { Closers, StartAbandoned } from './closers.ts'

test('parts close in the opposite order, each within half of the time that is left', async () => {
  let now = 0
  const closed: [string, number][] = []
  const closers = new Closers(() => now)
  const part = (name: string, takesMs: number) => async (deadlineMs: number) => {
    closed.push([name, deadlineMs])
    now += takesMs
  }
  await closers.add(part('database', 0))
  await closers.add(part('status', 100))
  await closers.add(part('gateway', 5_000))
  await closers.closeAll(10_000)
  expect(closed).toEqual([
    ['gateway', 5_000],
    ['status', 2_500],
    ['database', 2_450],
  ])
})

test('a part that fails to close leaves none of the others open, and is told', async () => {
  const closed: string[] = []
  const closers = new Closers(() => 0)
  await closers.add(async () => void closed.push('database'))
  await closers.add(() => Promise.reject(new Error('stuck')))
  await expect(closers.closeAll(1_000)).rejects.toThrow('did not close')
  expect(closed).toEqual(['database'])
})

test('what is opened after the stop began is closed at once, and the start goes no further', async () => {
  const closed: string[] = []
  const closers = new Closers(() => 0)
  await closers.closeAll(1_000)
  await expect(closers.add(async () => void closed.push('postgres'))).rejects.toThrow(StartAbandoned)
  expect(closed).toEqual(['postgres'])
})
