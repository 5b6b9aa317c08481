import { systemActor } from '@akashic/shared/audit'
import { sql } from '@akashic/shared/postgres'
import { listAudit } from '../audit/list.ts'
import { openPage } from '../oncall/open-page.ts'
import { anActor, hour, minute } from '../service-harness.ts'
import { heardBy } from './heard-by.ts'
import { mutedUntil } from './muted-until.ts'
import { silenceHarness, type SilenceHarness } from './silence-harness.ts'

const day = 24 * hour
const api = { job: 'api' }

let service: SilenceHarness
beforeEach(async () => (service = await silenceHarness()))
afterEach(() => service.close())

const isHeard = async () => (await heardBy(service.db, service.clock.now()))(api)
const listed = async (more: object = {}) => (await service.silences(more)).silences.map(({ id }) => id)
const audited = async (subject: string) => {
  const { entries } = await listAudit(service, systemActor('status').principal, { limit: 50, cursor: '', subject })
  return entries.toReversed()
}

describe('a silence', () => {
  test('mutes from now until its end, by the clock, and says in the audit what it mutes', async () => {
    const nowMs = service.clock.now()
    const silence = await service.add(['job=api', 'severity!=critical', 'a=~b|c', 'd!~e'], { reason: ' Known. ' })
    expect(silence).toMatchObject({ version: 1, author: 'Ada', reason: 'Known.', startMs: nowMs, endMs: nowMs + hour })
    expect((await service.silences()).silences).toEqual([silence])
    expect(await audited(silence.id)).toMatchObject([
      {
        ...{ action: 'silence.add', actorId: 'p1' },
        detail: {
          matchers: ['job=api', 'severity!=critical', 'a=~b|c', 'd!~e'],
          reason: 'Known.',
          end: new Date(nowMs + hour).toISOString(),
        },
      },
    ])
    const short = await service.add(['job=api'], { endMs: nowMs + minute })
    expect(await isHeard()).toBe(false)
    expect(await mutedUntil(service.db, [api], nowMs)).toBe(short.endMs)
    service.clock.advance(minute - 1)
    expect(await isHeard()).toBe(false)
    service.clock.advance(1)
    expect(await isHeard()).toBe(true)
    expect(await mutedUntil(service.db, [api], service.clock.now())).toBeNull()
    expect(await listed()).toEqual([silence.id])
    expect(await listed({ withEnded: true })).toEqual([short.id, silence.id])
  })

  test('that is to come mutes from its beginning, and is listed before', async () => {
    const startMs = service.clock.now() + hour
    const { id } = await service.add(['job=api'], { startMs, endMs: startMs + hour })
    expect(await isHeard()).toBe(true)
    expect(await listed()).toEqual([id])
    service.clock.advance(hour)
    expect(await isHeard()).toBe(false)
    service.clock.advance(hour)
    expect(await isHeard()).toBe(true)
  })

  test('whose beginning is over begins now', async () => {
    const nowMs = service.clock.now()
    const { startMs } = await service.add(['job=api'], { startMs: nowMs - day, endMs: nowMs + 7 * day })
    expect(startMs).toBe(nowMs)
  })

  test.each([
    ['no reason', { reason: ' ' }, '/reason'],
    ['a reason without end', { reason: 'x'.repeat(501) }, '/reason'],
    ['an end that is now', { endMs: 0 }, '/end'],
    ['an end before its beginning', { startMs: hour, endMs: minute }, '/end'],
    ['more than seven days', { endMs: 7 * day + 1 }, '/end'],
    ['more than seven days after it begins', { startMs: hour, endMs: 7 * day + hour + 1 }, '/end'],
    ['an end that is no instant', { endMs: Number.NaN }, '/end'],
    ['a beginning that is no instant', { startMs: Number.NaN, endMs: hour }, '/start'],
    ['a beginning that no calendar has', { startMs: 9e15, endMs: 9e15 + hour }, '/start'],
  ])('with %s is refused', async (_, more, pointer) => {
    const nowMs = service.clock.now()
    const times = Object.fromEntries(
      Object.entries(more).map(([key, value]) => [key, typeof value === 'number' ? value + nowMs : value]),
    )
    await expect(service.add(['job=api'], times)).rejects.toMatchObject({
      code: 'invalid_argument',
      fields: [{ pointer }],
    })
    expect(await listed({ withEnded: true })).toEqual([])
  })

  test('may last seven days to the millisecond', async () => {
    const endMs = service.clock.now() + 7 * day
    expect(await service.add(['job=api'], { endMs })).toMatchObject({ endMs })
  })

  test('is added and ended by operators whose key is not limited, and by nobody else', async () => {
    const { id } = await service.add(['job=api'])
    for (const actor of [anActor('viewer'), anActor('operator', { scope: ['web'] })]) {
      await expect(service.add(['job=api'], {}, actor)).rejects.toMatchObject({ code: 'permission_denied' })
      await expect(service.end(id, actor)).rejects.toMatchObject({ code: 'permission_denied' })
    }
    expect(await listed()).toEqual([id])
    expect(await service.actions()).toEqual(['silence.add'])
  })
})

describe('ending a silence', () => {
  test('is heard at once, is in the audit, and changes nothing the second time', async () => {
    const { id, startMs } = await service.add(['job=api'])
    service.clock.advance(minute)
    const ended = await service.end(id)
    expect(ended).toMatchObject({ id, version: 2, startMs, endMs: service.clock.now() })
    expect(await isHeard()).toBe(true)
    expect(await listed()).toEqual([])
    service.clock.advance(minute)
    expect(await service.end(id)).toEqual(ended)
    expect(await listed({ withEnded: true })).toEqual([id])
    expect(await audited(id)).toMatchObject([
      { action: 'silence.add' },
      { action: 'silence.end', detail: { end: new Date(ended.endMs).toISOString() } },
    ])
  })

  test('twice at once is one end', async () => {
    const { id } = await service.add(['job=api'])
    const [a, b] = await Promise.all([service.end(id), service.end(id)])
    expect(a).toEqual(b)
    expect(await service.actions()).toEqual(['silence.add', 'silence.end'])
  })

  test('that is to come keeps it from beginning', async () => {
    const startMs = service.clock.now() + hour
    const { id } = await service.add(['job=api'], { startMs, endMs: startMs + hour })
    expect(await service.end(id)).toMatchObject({ startMs: service.clock.now(), endMs: service.clock.now() })
    expect(await listed()).toEqual([])
    service.clock.advance(hour + minute)
    expect(await isHeard()).toBe(true)
  })

  test('that ended by the clock changes nothing', async () => {
    const silence = await service.add(['job=api'])
    service.clock.advance(2 * hour)
    expect(await service.end(silence.id)).toEqual(silence)
    expect(await service.actions()).toEqual(['silence.add'])
  })

  test('has the pages that are held back look again at once', async () => {
    const { id, endMs } = await service.add(['job=api'])
    const page = { subject: 'alerts:1', incidentNum: null, title: 'Down', policy: 'primary', mutedUntilMs: endMs }
    await service.db.transaction((tx) => openPage(service, tx, page))
    service.clock.advance(minute)
    await service.end(id)
    const due = await service.db.query<{ due_at: Date }>(sql`SELECT due_at FROM status.page`)
    expect(due).toEqual([{ due_at: new Date(service.clock.now()) }])
  })

  test.each(['nothing', '01940000-0000-7000-8000-000000000001'])('that is none, as %s, is refused', async (id) => {
    await expect(service.end(id)).rejects.toMatchObject({ code: 'not_found' })
  })
})

test('a list gives each silence once, newest first, page after page', async () => {
  const added: string[] = []
  for (let n = 0; n < 5; n++) added.unshift((await service.add([`job=api${n}`])).id)
  const seen: string[] = []
  let cursor = ''
  do {
    const page = await service.silences({ limit: 2, cursor })
    seen.push(...page.silences.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== '')
  expect(seen).toEqual(added)
  await expect(service.silences({ cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_argument' })
})
