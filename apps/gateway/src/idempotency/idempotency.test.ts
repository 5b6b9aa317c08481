import { FakeClock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import { testDatabase } from '@akashic/testbed'
import type { TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { migrations } from '../module.ts'
import { startGateway } from '../testing/start-gateway.ts'
import { createAnswerOnce, purgeAnswers } from './answer-once.ts'

const reply = { status: 201, headers: { etag: '"1"' }, body: '{"key":"ak_secret"}' }
const aRequest = (partial: object = {}) => ({
  principalId: 'p1',
  key: 'k1',
  fingerprint: Buffer.from('what was asked'),
  credential: 'Bearer ak_mine',
  ...partial,
})

describe('answers that are kept', () => {
  let database: TestDatabase
  let clock: FakeClock
  beforeEach(async () => {
    database = await testDatabase()
    await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
    clock = new FakeClock()
  })
  afterEach(async () => database.close())
  const once = () => createAnswerOnce({ db: database.db, clock })
  const runAndKeep = async (partial: object = {}) => {
    const turn = await once().begin(aRequest(partial))
    if (turn.kind === 'run') await turn.keep(reply)
    return turn.kind
  }
  const kept = async () => database.db.query<{ reply: Buffer }>(sql`SELECT reply FROM platform.idempotency_key`)

  test('are given to the same request again, for 24 hours', async () => {
    expect(await runAndKeep()).toBe('run')
    expect(await once().begin(aRequest())).toEqual({ kind: 'replay', reply })
    clock.advance(86_400_001)
    expect(await runAndKeep()).toBe('run')
  })

  test('belong to one caller', async () => {
    await runAndKeep()
    expect(await runAndKeep({ principalId: 'p2' })).toBe('run')
  })

  test('are not given to another request, nor while the first still runs', async () => {
    const first = await once().begin(aRequest())
    await expect(once().begin(aRequest())).rejects.toMatchObject({ code: 'aborted' })
    const other = aRequest({ fingerprint: Buffer.from('something else') })
    await expect(once().begin(other)).rejects.toMatchObject({ code: 'already_exists' })
    if (first.kind === 'run') await first.keep(reply)
    await expect(once().begin(other)).rejects.toMatchObject({ code: 'already_exists' })
  })

  test('are taken by one of many that come at once', async () => {
    const turns = await Promise.allSettled(Array.from({ length: 8 }, async () => once().begin(aRequest())))
    expect(turns.filter((turn) => turn.status === 'fulfilled')).toHaveLength(1)
  })

  test('are not made twice for a request that was cut off: its key stays taken for 24 hours', async () => {
    expect((await once().begin(aRequest())).kind).toBe('run')
    clock.advance(3_600_000)
    await expect(once().begin(aRequest())).rejects.toMatchObject({
      code: 'aborted',
      message: expect.stringContaining('look whether it was done') as string,
    })
    clock.advance(86_400_000)
    expect((await once().begin(aRequest())).kind).toBe('run')
  })

  test('are sealed: without the credential neither the table nor another key of the caller opens them', async () => {
    await runAndKeep()
    const [row] = await kept()
    expect(row!.reply.includes('ak_secret')).toBe(false)
    const withAnotherKey = aRequest({ credential: 'Bearer ak_other' })
    await expect(once().begin(withAnotherKey)).rejects.toMatchObject({ code: 'failed_precondition' })
  })

  test('are deleted once their 24 hours are over', async () => {
    await runAndKeep()
    await purgeAnswers({ db: database.db, clock })
    expect(await kept()).toHaveLength(1)
    clock.advance(86_400_001)
    await purgeAnswers({ db: database.db, clock })
    expect(await kept()).toHaveLength(0)
  })
})

test('a POST that is repeated with its key does its work once', async () => {
  const gateway = await startGateway()
  try {
    const body = { principal: 'Ada', kind: 'person', role: 'viewer' }
    const post = async (sent: object, key = 'once') =>
      gateway.call('POST', '/api/v1/keys', { body: sent, headers: { 'idempotency-key': key } })
    const [first, second] = [await post(body), await post(body)]
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect((await gateway.call('GET', '/api/v1/keys')).body.items).toHaveLength(2)
    expect((await post({ ...body, role: 'admin' })).body).toMatchObject({ status: 409, code: 'already_exists' })
    expect((await post({ ...body, expiresAt: '2020-01-01T00:00:00Z' }, 'refused')).status).toBe(400)
    expect((await post(body, 'refused')).status).toBe(201)
    expect((await post(body, 'x'.repeat(256))).status).toBe(400)
  } finally {
    await gateway.stop()
  }
})

test('a POST whose outcome is not known is not done again by its key', async () => {
  const gateway = await startGateway()
  try {
    let asked = 0
    const createCorrection = async () => {
      asked += 1
      throw new OpsError('deadline_exceeded', 'The status service did not answer in time.')
    }
    gateway.status.scripts = { createCorrection }
    const correction = {
      componentId: 'web',
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-01T01:00:00Z',
      status: 'operational',
      reason: 'the probe was wrong',
    }
    const post = async () =>
      gateway.call('POST', '/api/v1/corrections', { body: correction, headers: { 'idempotency-key': 'lost' } })
    expect((await post()).status).toBe(504)
    expect((await post()).body).toMatchObject({ status: 409, code: 'aborted' })
    expect(asked).toBe(1)
  } finally {
    await gateway.stop()
  }
})
