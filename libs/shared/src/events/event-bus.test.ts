import { describeReal, startKafka, testDatabase, type KafkaServer, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { migrate } from '../migrations/index.ts'
import { eventBusContract } from './event-bus-contract.ts'
import type { BusUnderTest } from './event-bus-harness.ts'
import { readingContract } from './event-bus-reading-contract.ts'
import { eventLogMigrations } from './index.ts'
import { startDoomedMember } from './testing-member.ts'
import { aBus, makeOutboxTable } from './testing.ts'

const log = pino({ level: 'silent' })
let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...eventLogMigrations, log })
  await makeOutboxTable(database.db)
})
afterAll(() => database.close())

const busOn = (brokers: readonly string[] | null): BusUnderTest => ({
  db: database.db,
  open: () => aBus(database.url, brokers),
  killedMember: (group, topic) => startDoomedMember({ databaseUrl: database.url, brokers, group, topic }),
})

describe('the event log in Postgres', () => {
  eventBusContract(() => busOn(null))
  readingContract(() => busOn(null))
})

describeReal('kafka', () => {
  let kafka: KafkaServer
  beforeAll(async () => {
    kafka = await startKafka()
  }, 90_000)
  afterAll(() => kafka.stop())

  eventBusContract(() => busOn(kafka.brokers))
  readingContract(() => busOn(kafka.brokers))
})
