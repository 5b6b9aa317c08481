import {
  describeReal,
  eventually,
  startKafka,
  testDatabase,
  type KafkaServer,
  type TestDatabase,
} from '@akashic/testbed'
import kafkajs, { Kafka, logLevel, type Admin } from 'kafkajs'
import { pino } from 'pino'
import { systemClock } from '../../clock/index.ts'
import { createOutbox, createRelay, type EventBus } from '../index.ts'
import { aBus, anEvent, makeOutboxTable } from '../testing.ts'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs

describeReal('kafka', () => {
  let kafka: KafkaServer
  let database: TestDatabase
  let bus: EventBus
  let admin: Admin

  beforeAll(async () => {
    const authorizer = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer'
    kafka = await startKafka({
      properties: { 'authorizer.class.name': authorizer, 'allow.everyone.if.no.acl.found': 'true' },
    })
    database = await testDatabase()
    await makeOutboxTable(database.db)
    bus = await aBus(database.url, kafka.brokers)
    admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  }, 90_000)
  afterAll(async () => {
    await admin.disconnect()
    await bus.close()
    await database.close()
    await kafka.stop()
  })

  const rule = (operation: number, permissionType: number, resourceType: number, resourceName: string) => ({
    ...{ principal: 'User:ANONYMOUS', host: '*', resourcePatternType: ResourcePatternTypes.LITERAL },
    ...{ operation, permissionType, resourceType, resourceName },
  })

  test('where this client may make no topics it says what to run, and publishes to those that there are', async () => {
    // A server that started just now closes connections before it is settled; both are repeated safely.
    await eventually(() => admin.createTopics({ topics: [{ topic: 'test.given' }] }), 20_000)
    const rules = {
      acl: [
        rule(AclOperationTypes.ALL, AclPermissionTypes.ALLOW, AclResourceTypes.CLUSTER, 'kafka-cluster'),
        rule(AclOperationTypes.CREATE, AclPermissionTypes.DENY, AclResourceTypes.CLUSTER, 'kafka-cluster'),
        rule(AclOperationTypes.ALL, AclPermissionTypes.ALLOW, AclResourceTypes.TOPIC, '*'),
        rule(AclOperationTypes.CREATE, AclPermissionTypes.DENY, AclResourceTypes.TOPIC, '*'),
      ],
    }
    await eventually(() => admin.createAcls(rules), 20_000)
    const topics = ['test.given', 'test.wanted'].map((name) => ({ name, partitions: 1, retentionMs: 1_000_000 }))
    await eventually(
      () => expect(bus.ensureTopics(topics)).rejects.toMatchObject({ code: 'permission_denied' }),
      10_000,
    )
    const said: string[] = []
    const log = pino({ level: 'error' }, { write: (line: string) => void said.push(line) })
    const parts = { clock: systemClock, random: Math.random, log, schema: 'test', db: database.db, bus, topics }
    const relay = createRelay(parts)
    await relay.start()
    await database.db.transaction((tx) => createOutbox('test').add(tx, [anEvent('test.given', 'a', 1)]))
    await eventually(async () => {
      expect(await bus.positions(['test.given'], 'latest')).toMatchObject([{ offset: '0' }])
    }, 15_000)
    expect(said.join()).toMatch(/test\.wanted.*akashic events topics --apply/)
    await relay.stop(5_000)
  }, 60_000)
})
