import { systemActor } from '@akashic/shared/audit'
import { componentSchema, type ComponentInput } from '@akashic/config'
import { encodeCursor } from '@akashic/shared/http'
import { sql } from '@akashic/shared/postgres'
import { listAudit } from '../audit/list.ts'
import { aComponent, anActor, aVerdict, hour, minute, serviceHarness, type ServiceHarness } from '../service-harness.ts'
import { listHistory } from '../uptime/list-history.ts'
import { createComponent } from './create.ts'
import { deleteComponent } from './delete.ts'
import { createComponentDirectory } from './directory.ts'
import { getComponent, listComponents } from './read.ts'
import { redactionMark } from './redaction-mark.ts'
import { syncFromConfig } from './sync-from-config.ts'
import { updateComponent } from './update.ts'

let service: ServiceHarness
afterEach(() => service.close())

const operator = anActor()
const reader = anActor('viewer').principal
const given = async (...inputs: readonly ComponentInput[]) => (service = await serviceHarness(inputs))
const create = async (input: object) => {
  const created = await createComponent(service, operator, JSON.stringify(input))
  await service.components.refresh()
  return created
}
const update = (id: string, version: number, patch: object) =>
  updateComponent(service, operator, { id, version, patchJson: JSON.stringify(patch) })
const actions = async () =>
  (await listAudit(service, systemActor('status').principal, { limit: 200, cursor: '', subject: '' })).entries
    .map(({ action, subject }) => `${action} ${subject}`)
    .reverse()
const secret = 'correct-horse-battery'
const withSecret = { checks: [{ kind: 'postgres' as const, url: `postgres://app:${secret}@db/app` }] }

describe('components of the file', () => {
  test('are made, changed and deleted as the file says, each time with its audit row', async () => {
    await given(aComponent('web'), aComponent('old'))
    await service.configure([aComponent('new'), aComponent('web', { name: 'Website' })])
    expect(service.components.current().map(({ id, spec }) => [id, spec.name])).toEqual([
      ['new', 'The new'],
      ['web', 'Website'],
    ])
    expect(await actions()).toEqual([
      'component.create web',
      'component.create old',
      'component.delete old',
      'component.update web',
      'component.create new',
    ])
  })

  test('the same file again changes nothing, however many replicas read it at once', async () => {
    await given(aComponent('web'), aComponent('db', withSecret))
    const specs = service.components.current().map((record) => record.spec)
    await Promise.all(Array.from({ length: 5 }, () => syncFromConfig(service, specs)))
    await service.components.refresh()
    expect(service.components.current().map((record) => record.version)).toEqual([1, 1])
    expect(await actions()).toHaveLength(2)
  })

  test('replicas that start together with a new file make its components once', async () => {
    await given()
    const specs = ['web', 'db'].map((id) => componentSchema.parse(aComponent(id)))
    await Promise.all(Array.from({ length: 5 }, () => syncFromConfig(service, specs)))
    expect(await actions()).toEqual(['component.create web', 'component.create db'])
  })

  test('a rename keeps number, ledger and history', async () => {
    await given(aComponent('web'))
    const { num } = service.components.get('web')!
    await service.apply(aVerdict('web', 'outage', service.clock.now()))
    service.clock.advance(minute)
    await service.configure([aComponent('site', { renamedFrom: 'web' })])
    expect(service.components.get('site')!.num).toBe(num)
    expect(service.components.get('web')).toBeUndefined()
    const { intervals } = await listHistory(service, reader, { componentId: 'site', limit: 0, cursor: '' })
    expect(intervals[0]!.status).toBe('outage')
  })

  test('what left the file and came back has its history, with the time since its last result unknown', async () => {
    await given(aComponent('web'))
    for (let i = 0; i < 60; i++) {
      await service.apply(aVerdict('web', 'operational', service.clock.now()))
      service.clock.advance(minute)
    }
    await service.configure([])
    expect(service.components.current()).toEqual([])
    service.clock.advance(hour)
    await service.configure([aComponent('web')])
    service.clock.advance(minute)
    const { intervals } = await listHistory(service, reader, { componentId: 'web', limit: 0, cursor: '' })
    expect(intervals.map(({ status, toMs, fromMs }) => [status, toMs - fromMs])).toEqual([
      ['unknown', minute],
      ['unknown', minute],
      ['operational', 59 * minute],
    ])
  })

  test('their secrets are neither in the database nor in an answer, and yet they are checked with them', async () => {
    await given(aComponent('db', withSecret))
    const [check] = service.components.get('db')!.spec.checks
    expect(check).toMatchObject(withSecret.checks[0]!)
    const rows = await service.db.query<{ row: string }>(sql`SELECT c::text AS row FROM status.component AS c`)
    expect(rows[0]!.row).toContain(redactionMark)
    expect(JSON.stringify([rows, await getComponent(service, reader, 'db')])).not.toContain(secret)
  })

  test('a replica whose configuration lacks the secrets shows the component and does not check it', async () => {
    await given(aComponent('db', withSecret), aComponent('web'))
    const other = createComponentDirectory({ ...service, fileSpecs: () => [] })
    await other.refresh()
    expect(other.shown().map((record) => record.id)).toEqual(['db', 'web'])
    expect(other.current().map((record) => record.id)).toEqual(['web'])
  })

  test('cannot be changed or deleted here', async () => {
    await given(aComponent('web'))
    await expect(update('web', 1, { name: 'x' })).rejects.toMatchObject({ code: 'failed_precondition' })
    await expect(deleteComponent(service, operator, { id: 'web', version: 1 })).rejects.toMatchObject({
      code: 'failed_precondition',
    })
  })
})

describe('components made through the API', () => {
  test('live beside those of the file, come after them, and survive a reload', async () => {
    await given(aComponent('web'))
    const created = await create(aComponent('mine', { dependsOn: ['web'] }))
    expect(created).toMatchObject({ id: 'mine', version: 1, ownedByFile: false })
    await service.configure([aComponent('zebra'), aComponent('web')])
    const { components } = await listComponents(service, reader, { limit: 0, cursor: '' })
    expect(components.map(({ id }) => id)).toEqual(['zebra', 'web', 'mine'])
  })

  test('keep their secrets where the engine finds them and no reader does', async () => {
    await given()
    const created = await create({ ...aComponent('db'), ...withSecret })
    expect(JSON.stringify(created)).not.toContain(secret)
    expect(service.components.get('db')!.spec.checks[0]).toMatchObject(withSecret.checks[0]!)
    const shown = await getComponent(service, reader, 'db')
    await update('db', 1, { ...shown.definition, name: 'Main database' })
    await service.components.refresh()
    expect(service.components.get('db')!.spec).toMatchObject({ name: 'Main database', ...withSecret })
    expect(
      JSON.stringify(
        await listAudit(service, systemActor('status').principal, { limit: 200, cursor: '', subject: '' }),
      ),
    ).not.toContain(secret)
  })

  test("never send a stored secret to an address of the caller's choice", async () => {
    await given()
    const headers = { 'X-Api-Key': secret }
    await create({ ...aComponent('api'), checks: [{ kind: 'http', url: 'https://api.example.org/', headers }] })
    const shown = await getComponent(service, reader, 'api')
    const [check] = shown.definition['checks'] as object[]
    const elsewhere = { checks: [{ ...check, url: 'https://attacker.example/' }] }
    await expect(update('api', 1, elsewhere)).rejects.toMatchObject({
      code: 'invalid_argument',
      fields: [{ pointer: '/checks/0/headers/X-Api-Key', detail: expect.stringContaining('give the secret itself') }],
    })
  })

  test('a bad definition is refused with a pointer for each bad field', async () => {
    await given(aComponent('web'))
    const bad = { id: 'Bad Id', name: '', colour: 'red', checks: [{ kind: 'tcp', host: 'h', port: 'eighty' }] }
    await expect(create(bad)).rejects.toMatchObject({
      code: 'invalid_argument',
      fields: expect.arrayContaining(
        ['/id', '/name', '/colour', '/checks/0/port'].map((pointer) => expect.objectContaining({ pointer })),
      ),
    })
    for (const text of ['{', '[]', '"x"', 'null']) {
      await expect(createComponent(service, operator, text)).rejects.toMatchObject({ code: 'invalid_argument' })
    }
  })

  test('an unknown dependency, a cycle and a token that is taken are refused with pointers', async () => {
    const heartbeat = { kind: 'heartbeat' as const, token: 'a-token-of-some-length' }
    await given(aComponent('web', { checks: [heartbeat] }))
    const fieldsOf = (input: object) =>
      create(input).then(
        () => [],
        (error: { fields: { pointer: string }[] }) => error.fields.map(({ pointer }) => pointer),
      )
    expect(await fieldsOf(aComponent('api', { dependsOn: ['web', 'nope'] }))).toEqual(['/dependsOn/1'])
    expect(await fieldsOf(aComponent('job', { checks: [heartbeat] }))).toEqual(['/checks/0/token'])
    expect(await fieldsOf(aComponent('job', { renamedFrom: 'web' }))).toContain('/renamedFrom')
    await create(aComponent('api', { dependsOn: ['web'] }))
    await create(aComponent('job', { dependsOn: ['api'] }))
    await expect(update('api', 1, { dependsOn: ['job'] })).rejects.toMatchObject({
      code: 'invalid_argument',
      fields: [{ pointer: '/dependsOn' }],
    })
  })

  test('a change of another version is refused and told the current one', async () => {
    await given()
    await create(aComponent('mine'))
    await update('mine', 1, { name: 'Second' })
    await expect(update('mine', 1, { name: 'Third' })).rejects.toMatchObject({
      code: 'aborted',
      extra: { current: { name: 'Second', version: 2 } },
    })
  })

  test('of two changes of the same version at once exactly one is made', async () => {
    await given()
    await create(aComponent('mine'))
    const outcomes = await Promise.allSettled([update('mine', 1, { name: 'A' }), update('mine', 1, { name: 'B' })])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await actions()).filter((action) => action === 'component.update mine')).toHaveLength(1)
  })

  test('an id is never used again: not one that is deleted, nor one that was renamed away', async () => {
    await given(aComponent('web'))
    await service.configure([aComponent('site', { renamedFrom: 'web' })])
    await create(aComponent('mine'))
    await deleteComponent(service, operator, { id: 'mine', version: 1 })
    for (const id of ['mine', 'web', 'site'])
      await expect(create(aComponent(id))).rejects.toMatchObject({ code: 'already_exists' })
    await expect(getComponent(service, reader, 'mine')).rejects.toMatchObject({ code: 'not_found' })
    await expect(update('mine', 2, {})).rejects.toMatchObject({ code: 'not_found' })
  })

  test('the id of a component does not change', async () => {
    await given()
    await create(aComponent('mine'))
    await expect(update('mine', 1, { id: 'yours' })).rejects.toMatchObject({ fields: [{ pointer: '/id' }] })
  })

  test('one that others depend on is not deleted', async () => {
    await given()
    await create(aComponent('base'))
    await create(aComponent('top', { dependsOn: ['base'] }))
    await expect(deleteComponent(service, operator, { id: 'base', version: 1 })).rejects.toMatchObject({
      code: 'failed_precondition',
    })
    await deleteComponent(service, operator, { id: 'top', version: 1 })
    await deleteComponent(service, operator, { id: 'base', version: 1 })
    expect(await actions()).toContain('component.delete base')
  })

  test('a principal limited to some components makes, changes and sees no others', async () => {
    await given(aComponent('web'))
    await create(aComponent('mine'))
    const limited = anActor('operator', { scope: ['web'] })
    await expect(createComponent(service, limited, JSON.stringify(aComponent('yours')))).rejects.toMatchObject({
      code: 'permission_denied',
    })
    await expect(updateComponent(service, limited, { id: 'mine', version: 1, patchJson: '{}' })).rejects.toMatchObject({
      code: 'permission_denied',
    })
    await expect(getComponent(service, limited.principal, 'mine')).rejects.toMatchObject({ code: 'permission_denied' })
    const { components } = await listComponents(service, limited.principal, { limit: 0, cursor: '' })
    expect(components.map(({ id }) => id)).toEqual(['web'])
  })
})

test('lists come in pages that together are the whole', async () => {
  await given(...Array.from({ length: 7 }, (_, i) => aComponent(`c${i}`)))
  const ids = []
  let cursor = ''
  do {
    const page = await listComponents(service, reader, { limit: 3, cursor })
    ids.push(...page.components.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor)
  expect(ids).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6'])
  const forged = encodeCursor({ position: 1e15, num: 0 })
  await expect(listComponents(service, reader, { limit: 3, cursor: forged })).rejects.toMatchObject({
    code: 'invalid_argument',
  })
})

test('the audit comes newest first, in pages, of one subject when asked, and cannot be changed', async () => {
  await given(...Array.from({ length: 5 }, (_, i) => aComponent(`c${i}`)))
  const first = await listAudit(service, systemActor('status').principal, { limit: 3, cursor: '', subject: '' })
  const second = await listAudit(service, systemActor('status').principal, {
    limit: 3,
    cursor: first.nextCursor,
    subject: '',
  })
  const afterFirst = await listAudit(service, systemActor('status').principal, {
    limit: 2,
    cursor: first.entries[0]!.cursor,
    subject: '',
  })
  expect(afterFirst.entries).toEqual(first.entries.slice(1))
  expect([...first.entries, ...second.entries].map(({ subject }) => subject)).toEqual(['c4', 'c3', 'c2', 'c1', 'c0'])
  expect(second.nextCursor).toBe('')
  expect(
    (await listAudit(service, systemActor('status').principal, { limit: 3, cursor: '', subject: 'c2' })).entries,
  ).toHaveLength(1)
  await expect(service.db.query(sql`UPDATE status.audit SET action = 'nothing'`)).rejects.toThrow('append-only')
  await expect(service.db.query(sql`DELETE FROM status.audit`)).rejects.toThrow('append-only')
  await expect(service.db.query(sql`TRUNCATE status.audit`)).rejects.toThrow('append-only')
})
