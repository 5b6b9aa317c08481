import type { Board } from '../status/board.ts'
import { emptyPicture } from '../status/picture.ts'
import { createPageUptimeKeeper } from './keep-page-uptime.ts'

test('the past of the page is read anew when a day is over, although nothing turned and it was read a moment ago', async () => {
  const midnight = Date.parse('2026-03-02T00:00:00Z')
  const picture = emptyPicture(midnight)
  let monotonicMs = 0
  let loads = 0
  const keeper = createPageUptimeKeeper({
    board: { picture: () => picture, learnSince: () => undefined } as Pick<Board, 'picture' | 'learnSince'> as Board,
    pageUptime: { load: async () => void loads++, since: () => null, windows: () => ({}) as never },
    monotonicMs: () => monotonicMs,
    newestCorrection: async () => 0,
  })
  const at = async (nowMs: number) => {
    monotonicMs += 1_000
    await keeper.tick(nowMs)
    return loads
  }
  expect(await at(midnight - 2_000)).toBe(1)
  expect(await at(midnight - 1_000)).toBe(1)
  expect(await at(midnight)).toBe(2)
  expect(await at(midnight + 1_000)).toBe(2)
})
