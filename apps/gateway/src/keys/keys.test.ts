import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeCursor } from '@akashic/shared/http'
import { sql } from '@akashic/shared/postgres'
import { eventually } from '@akashic/testbed'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

let gateway: StartedGateway
beforeEach(async () => {
  gateway = await startGateway({ config: { http: { failedKeysPerMinute: 5 } } })
})
afterEach(async () => gateway.stop())

const aKey = (partial: object = {}) => ({ principal: 'Ada', kind: 'person', role: 'viewer', ...partial })
const create = async (partial: object = {}) => {
  const { status, body } = await gateway.call('POST', '/api/v1/keys', { body: aKey(partial) })
  expect(status).toBe(201)
  return body
}
const mayRead = async (key: string) => (await gateway.call('GET', '/api/v1/status', { key })).status

test('a new key works, shows itself once, and is kept nowhere but as a hash', async () => {
  const issued = await create({ role: 'viewer' })
  expect(issued.key).toMatch(/^ak_[A-Za-z0-9_-]{43}$/)
  expect(await mayRead(issued.key)).toBe(200)
  expect((await gateway.call('GET', '/api/v1/keys', { key: issued.key })).status).toBe(403)
  const list = await gateway.call('GET', '/api/v1/keys')
  expect(list.body.items).toMatchObject([
    { principal: { name: 'Ada', kind: 'person' }, role: 'viewer', state: 'active', scope: null },
    { principal: { name: 'admin' }, role: 'admin' },
  ])
  const { db } = gateway.platform
  const rows = await db.query(sql`
    SELECT (SELECT json_agg(k) FROM platform.api_key k)::text || (SELECT json_agg(a) FROM platform.audit a)::text AS everything`)
  expect(list.text + JSON.stringify(rows)).not.toContain(issued.key)
})

test('a cursor that names no instant, and a name with controls, are refused', async () => {
  for (const atMs of [1e300, 9_007_199_254_740_991, -1, 0.5]) {
    const cursor = encodeCursor({ atMs, id: '01890000-0000-7000-8000-000000000000' })
    const { status, body } = await gateway.call('GET', `/api/v1/keys?cursor=${cursor}`)
    expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ pointer: '/query/cursor' }] })
  }
  const { status, body } = await gateway.call('POST', '/api/v1/keys', { body: aKey({ principal: 'a\u001b[31m' }) })
  expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ pointer: '/principal' }] })
})

test('a revoked key is refused within 5 s, and revoking it again changes nothing', async () => {
  const issued = await create()
  expect(await mayRead(issued.key)).toBe(200)
  const revoked = await gateway.call('DELETE', `/api/v1/keys/${issued.id}`)
  expect(revoked.body).toMatchObject({ id: issued.id, state: 'revoked' })
  await eventually(async () => expect(await mayRead(issued.key)).toBe(401), 5_000)
  expect((await gateway.call('DELETE', `/api/v1/keys/${issued.id}`)).body).toEqual(revoked.body)
  const { body } = await gateway.call('POST', `/api/v1/keys/${issued.id}/rotate`)
  expect(body).toMatchObject({ status: 409, code: 'failed_precondition' })
})

test('a rotated key hands its rights to a new one, and ends after the overlap', async () => {
  const old = await create({ role: 'operator', scope: ['web'], kind: 'service', principal: 'deployer' })
  const { body } = await gateway.call('POST', `/api/v1/keys/${old.id}/rotate`, { body: { overlap: '1h' } })
  expect(body).toMatchObject({ role: 'operator', scope: ['web'], principal: { name: 'deployer' }, state: 'active' })
  expect(await mayRead(body.key)).toBe(200)
  expect(await mayRead(old.key)).toBe(200)
  const again = await gateway.call('POST', `/api/v1/keys/${body.id}/rotate`)
  expect(again.status).toBe(201)
  await eventually(async () => expect(await mayRead(body.key)).toBe(401), 5_000)
})

test('an expired key is refused, and one that would be expired is not made', async () => {
  const issued = await create({ expiresAt: new Date(Date.now() + 1_500).toISOString() })
  expect(await mayRead(issued.key)).toBe(200)
  await eventually(async () => expect(await mayRead(issued.key)).toBe(401), 5_000)
  const past = await gateway.call('POST', '/api/v1/keys', { body: aKey({ expiresAt: '2020-01-01T00:00:00Z' }) })
  expect(past.body.errors).toEqual([{ pointer: '/expiresAt', detail: 'must be in the future' }])
})

test('a principal keeps its kind', async () => {
  await create()
  const { status, body } = await gateway.call('POST', '/api/v1/keys', { body: aKey({ kind: 'service' }) })
  expect({ status, detail: body.detail }).toEqual({ status: 409, detail: 'Ada is a person, not a service.' })
})

test('a key that is limited to components sees those only, and no list that is not', async () => {
  gateway.status.scripts.getComponent = async () => ({ component: null })
  const { key } = await create({ scope: ['other'], role: 'admin' })
  expect((await gateway.call('GET', '/api/v1/status', { key })).body.components).toEqual([])
  expect((await gateway.call('GET', '/api/v1/components/web', { key })).status).toBe(403)
  expect((await gateway.call('GET', '/api/v1/audit', { key })).status).toBe(403)
  expect((await gateway.call('POST', '/api/v1/keys', { key, body: aKey() })).status).toBe(403)
})

test('what is done to keys is audited, with who did it and in which request', async () => {
  gateway.status.scripts.listAudit = async () => ({ entries: [], nextCursor: '' })
  const made = await gateway.call('POST', '/api/v1/keys', { body: aKey({ scope: ['web'] }) })
  await gateway.call('DELETE', `/api/v1/keys/${made.body.id}`)
  const { body } = await gateway.call('GET', `/api/v1/audit?subject=${made.body.id}`)
  expect(body.items).toMatchObject([
    { service: 'platform', action: 'key.revoke', actorName: 'admin', actorKind: 'person' },
    { action: 'key.create', requestId: made.headers.get('x-request-id'), detail: { principal: 'Ada', scope: ['web'] } },
  ])
})

test('an address that tries bad keys is shut out, but a good key from there still works', async () => {
  const guess = (i: number) => `ak_${String(i).padStart(43, '0')}`
  expect(await mayRead(gateway.adminKey)).toBe(200)
  for (let i = 0; i < 5; i++) expect(await mayRead(guess(i))).toBe(401)
  const refused = await gateway.call('GET', '/api/v1/status', { key: guess(6) })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await mayRead(gateway.adminKey)).toBe(200)
})

test.each(['', 'Bearer', 'Bearer x', 'Basic abc', "Bearer ak_' OR 1=1 --", `Bearer ak_${'a'.repeat(5_000)}`])(
  'the header %p opens nothing',
  async (authorization) => {
    const { status } = await gateway.call('GET', '/api/v1/status', { key: null, headers: { authorization } })
    expect(status).toBe(401)
  },
)

test('keys are listed page by page, each once', async () => {
  for (let i = 0; i < 4; i++) await create({ principal: `p${i}` })
  const names: string[] = []
  let cursor = ''
  do {
    const { body } = await gateway.call('GET', `/api/v1/keys?limit=2&cursor=${cursor}`)
    names.push(...body.items.map((item: { principal: { name: string } }) => item.principal.name))
    cursor = body.nextCursor
  } while (cursor)
  expect(names).toEqual(['p3', 'p2', 'p1', 'p0', 'admin'])
})

test('an admin key is made again only when none works any more', async () => {
  const path = join(gateway.platform.dataDir, 'admin.key')
  const { body } = await gateway.call('GET', '/api/v1/keys')
  const first = gateway.adminKey
  gateway = await gateway.restart()
  expect(gateway.adminKey).toBe(first)
  await gateway.call('DELETE', `/api/v1/keys/${body.items[0].id}`)
  await rm(path)
  gateway = await gateway.restart()
  expect(gateway.adminKey).not.toBe(first)
  expect(await mayRead((await readFile(path, 'utf8')).trim())).toBe(200)
})

describe('what is listed and recorded', () => {
  test('the last page of keys has no cursor, also when it is full', async () => {
    const gateway = await startGateway()
    try {
      const page = await gateway.call('GET', '/api/v1/keys?limit=1')
      expect(page.body).toMatchObject({ items: [{ role: 'admin' }], nextCursor: null })
    } finally {
      await gateway.stop()
    }
  })

  test('who made which key can be neither changed nor taken out of the audit', async () => {
    const gateway = await startGateway()
    try {
      const { db } = gateway.platform
      await expect(db.query(sql`UPDATE platform.audit SET actor_name = 'somebody else'`)).rejects.toThrow('append-only')
      await expect(db.query(sql`DELETE FROM platform.audit`)).rejects.toThrow('append-only')
    } finally {
      await gateway.stop()
    }
  })
})
