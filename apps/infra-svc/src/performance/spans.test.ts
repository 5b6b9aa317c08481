import { hourMs, noon } from './testing/builders.ts'
import { spansOf } from './spans.ts'

const deploy = (beforeMs: number | null) =>
  spansOf(noon, hourMs, { atMs: beforeMs === null ? null : noon - beforeMs, reason: 'none is known' })

test('the same hour of last week is the same hour', () => {
  const { lastWeek } = deploy(null)
  expect([lastWeek.fromMs, lastWeek.toMs].map((ms) => new Date(ms).toISOString())).toEqual([
    '2026-11-13T11:00:00.000Z',
    '2026-11-13T12:00:00.000Z',
  ])
})

test('after a deploy within the window only what came after it is held against what came before', () => {
  const at = noon - hourMs / 2
  expect(deploy(hourMs / 2).deploy).toEqual({
    ...{ atMs: at, before: { fromMs: at - hourMs, toMs: at }, after: { fromMs: at, toMs: noon } },
  })
})

test('an older deploy is compared with the whole window', () => {
  expect(deploy(5 * hourMs).deploy!.after).toEqual({ fromMs: noon - hourMs, toMs: noon })
})

test.each([
  ['of four minutes ago', 240_000, 'the last deploy was less than five minutes ago'],
  ['that is not known', null, 'none is known'],
  ['in time to come', -60_000, 'none is known'],
])('a deploy %s is compared with nothing, and says why', (_, beforeMs, reason) => {
  expect(deploy(beforeMs)).toMatchObject({ deploy: null, noDeploy: reason })
})
