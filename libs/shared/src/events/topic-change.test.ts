import { topicChange } from './topic-change.ts'

const dayMs = 86_400_000
const wanted = { name: 't', partitions: 6, retentionMs: 7 * dayMs }
const changeOf = (present: object) => topicChange(wanted, { ...wanted, ...present })

test('what is to be done of a topic says how it is and how it should be', () => {
  expect(topicChange(wanted, undefined)).toMatchObject({ change: 'create', detail: '6 partitions, kept for 7 d' })
  expect(changeOf({})).toMatchObject({ change: 'none', detail: '6 partitions, kept for 7 d' })
  expect(changeOf({ retentionMs: dayMs / 2 })).toMatchObject({
    change: 'change_retention',
    detail: 'kept for 12 h → 7 d',
  })
  const grown = changeOf({ partitions: 1, retentionMs: dayMs })
  expect(grown.change).toBe('add_partitions')
  expect(grown.detail).toMatch(/^1 → 6 partitions: .*; kept for 1 d → 7 d$/)
})

test('partitions are never taken away, and that there are more is said', () => {
  expect(changeOf({ partitions: 8 })).toMatchObject({
    change: 'none',
    detail: expect.stringContaining('8 partitions, more'),
  })
})
