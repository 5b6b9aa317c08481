import type { AuditEntry } from '@akashic/shared/audit'
import fc from 'fast-check'
import { mergeAudits } from './merge-audits.ts'
import type { AuditSource, MergedPlace } from './merge-audits.ts'

const anEntry = (service: string, second: number, index: number): AuditEntry => ({
  id: `${service}-${index}`,
  at: new Date(1_760_000_000_000 + second * 1_000).toISOString(),
  service,
  actorId: 'a',
  actorName: 'a',
  actorKind: 'person',
  action: 'thing.do',
  subject: 's',
  requestId: null,
  detail: {},
})

const newestFirst = (a: AuditEntry, b: AuditEntry) => (a.at === b.at ? (a.id > b.id ? -1 : 1) : a.at > b.at ? -1 : 1)

/** A source whose cursors name an entry, as those of the services do. */
function aSource(name: string, entries: AuditEntry[], pageMax: number): AuditSource {
  return {
    name,
    list: async (limit, cursor) => {
      const sorted = entries.toSorted(newestFirst)
      const start = cursor === '' ? 0 : sorted.findIndex((entry) => entry.id === cursor) + 1
      const page = sorted.slice(start, start + Math.min(limit, pageMax))
      return {
        entries: page.map((entry) => ({ entry, cursor: entry.id })),
        isMore: start + page.length < sorted.length,
      }
    },
  }
}

test('read to the end, every entry comes once and newest first, also while new ones come in', async () => {
  const seconds = fc.array(fc.nat(20), { maxLength: 25 })
  await fc.assert(
    fc.asyncProperty(
      seconds,
      seconds,
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(6),
      async (a, b, limit, pageMax, late) => {
        const own = a.map((second, i) => anEntry('own', second, i))
        const other = b.map((second, i) => anEntry('other', second, i))
        const expected = [...own, ...other].sort(newestFirst).map(({ id }) => id)
        const sources = [aSource('own', own, limit), aSource('other', other, pageMax)]
        const read: AuditEntry[] = []
        let place: MergedPlace | null = null
        for (let page = 0; page === 0 || place !== null; page++) {
          const { entries, next } = await mergeAudits(sources, limit, place)
          expect(entries.length).toBeLessThanOrEqual(limit)
          read.push(...entries)
          place = next
          if (page === 0) for (let i = 0; i < late; i++) own.push(anEntry('own', 100 + i, 1_000 + i))
          expect(page).toBeLessThan(100)
        }
        const known = read.filter(({ id }) => !/own-10\d\d/.test(id))
        expect(known.map(({ id }) => id)).toEqual(expected)
        expect(new Set(read.map(({ id }) => id)).size).toBe(read.length)
      },
    ),
    { numRuns: 300 },
  )
})

test('a source is asked for no more than one page needs, whatever place it is asked from', async () => {
  const entries = Array.from({ length: 500 }, (_, i) => anEntry('own', i, i))
  const source = aSource('own', entries, 200)
  let asked = 0
  const counting: AuditSource = { name: 'own', list: (...args) => (asked++, source.list(...args)) }
  const places: (MergedPlace | null)[] = [null, { own: '' }, { own: 'forged' }, { own: 'own-3' }, { own: null }, {}]
  for (const place of places) {
    asked = 0
    expect((await mergeAudits([counting], 1, place)).entries.length).toBeLessThanOrEqual(1)
    expect(asked).toBeLessThanOrEqual(1)
  }
})
