/** For tests: joins a group, says so, says when it is given an event, and hangs on it. */
import { aBus } from './testing.ts'

const { databaseUrl, brokers, group, topic } = JSON.parse(process.env.MEMBER ?? '') as {
  databaseUrl: string
  brokers: string[] | null
  group: string
  topic: string
}
const bus = await aBus(databaseUrl, brokers)
await bus.subscribe({
  group,
  topics: [topic],
  from: 'earliest',
  onEvent: async () => {
    process.stdout.write('given\n')
    await new Promise(() => setInterval(() => {}, 60_000))
  },
})
process.stdout.write('joined\n')
