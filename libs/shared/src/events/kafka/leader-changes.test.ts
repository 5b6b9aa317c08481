import kafkajs from 'kafkajs'
import { throughLeaderChanges } from './leader-changes.ts'

/** Fails with `type` so many times, and then gives how often it was asked. */
function failing(times: number, type: string) {
  let asked = 0
  const ask = async () => {
    if (asked++ < times) throw new kafkajs.KafkaJSProtocolError(Object.assign(new Error(type), { type }))
    return asked
  }
  return { ask, asked: () => asked }
}

test.each(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'])(
  'a question is asked again while it is %s',
  async (type) => {
    expect(await throughLeaderChanges(failing(2, type).ask, () => 0)).toBe(3)
  },
)

test('a partition that gets no leader is given up', async () => {
  const { ask, asked } = failing(Infinity, 'LEADER_NOT_AVAILABLE')
  await expect(throughLeaderChanges(ask, () => 0)).rejects.toMatchObject({ type: 'LEADER_NOT_AVAILABLE' })
  expect(asked()).toBe(6)
})

test('what is another matter is told at once', async () => {
  const { ask, asked } = failing(1, 'TOPIC_AUTHORIZATION_FAILED')
  await expect(throughLeaderChanges(ask, () => 0)).rejects.toMatchObject({ type: 'TOPIC_AUTHORIZATION_FAILED' })
  expect(asked()).toBe(1)
})
