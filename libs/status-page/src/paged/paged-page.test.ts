import { pagedSecurityPolicy } from '../document/content-security-policy.ts'
import { attacks } from '../testing/attacks.ts'
import { nowMs } from '../testing/builders.ts'
import { aSite } from '../testing/words.ts'
import { aPagedPage } from './a-paged-page.ts'
import { renderPagedPage, type PagedModel } from './paged-page.ts'

const drawn = (changes: Partial<PagedModel> = {}): string => renderPagedPage(aPagedPage(changes), aSite())

/** What a reader sees, on one line. */
const said = (changes: Partial<PagedModel> = {}): string =>
  drawn(changes)
    .replace(/<(style|script|title)[^>]*>.*?<\/\1>|<svg.*?<\/svg>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,])/g, '$1')

const formsOf = (page: string): string[] => [...page.matchAll(/<form [^>]*action="([^"]+)"/g)].map(([, to]) => to!)

test('tells first how grave it is and since when, then what, then how it stands and what comes by itself', () => {
  expect(said()).toContain(
    'SEV-1 · Investigating · since 14:23 UTC Payments fail for some ' +
      'Nobody has acknowledged it yet. Unless somebody does, the next call goes out at 14:33 UTC.',
  )
  expect(said({ severity: '', incidentStatus: null })).toContain('Since 14:23 UTC Payments')
})

test.each<[Partial<PagedModel>, string]>([
  [{ dueAtMs: nowMs - 1 }, 'Nobody has acknowledged it yet. Acknowledge'],
  [{ state: 'exhausted' }, 'Everybody was called, and nobody has acknowledged it. Nobody is called any more.'],
  [{ state: 'acknowledged', acknowledgedBy: 'Grace' }, 'Grace acknowledged it. Nobody else is called.'],
  [{ state: 'snoozed', dueAtMs: nowMs + 720_000 }, 'It is snoozed. It calls again at 14:42 UTC, unless it is over.'],
  [{ state: 'silenced' }, 'A silence holds it back. It calls when the silence ends, unless it is over.'],
  [{ state: 'resolved' }, 'It is over. There is nothing to answer. What was wrong'],
])('of %j it says: %s', (changes, words) => {
  expect(said(changes)).toContain(words)
})

test('offers what can be answered: no acknowledgement twice, and nothing of what is over', () => {
  const others = ['snooze-15m', 'snooze-1h', 'escalate'].map((name) => `./token/${name}`)
  expect(formsOf(drawn())).toEqual(['./token/acknowledge', ...others])
  expect(formsOf(drawn({ state: 'acknowledged', acknowledgedBy: 'Grace' }))).toEqual(others)
  expect(formsOf(drawn({ state: 'resolved' }))).toEqual([])
  expect(said()).toContain('You answer as Ada Lovelace.')
})

test('tells what is wrong, which of it is the cause, and what has recovered', () => {
  expect(said()).toContain(
    'What is wrong Database (the cause) Outage Payment Processing Partial outage Web Application Recovered',
  )
  const alone = { name: 'Database', status: 'outage', isRoot: true, isRecovered: false } as const
  expect(said({ components: [alone] })).toContain('What is wrong Database Outage')
  expect(said({ components: [] })).not.toContain('What is wrong')
})

test('tells what was done so far, oldest first', () => {
  expect(said()).toContain('So far Grace Hopper was called 14:23 UTC Ada Lovelace was called 14:28 UTC')
  expect(said({ entries: [] })).not.toContain('So far')
})

test('escapes whatever others wrote', () => {
  for (const attack of attacks) {
    const components = [{ name: attack, status: 'outage', isRoot: true, isRecovered: false } as const]
    const words = { title: attack, personName: attack, acknowledgedBy: attack, severity: attack, components }
    const entries = [{ atMs: nowMs, text: attack }]
    const states = ['calling', 'acknowledged'] as const
    for (const state of states) {
      const tags = (page: string) => page.match(/<[a-z!/][^>]*>/gi)?.map((tag) => tag.replace(/ class="long"/, ''))
      const plain = drawn({
        state,
        components: [{ ...components[0]!, name: 'x' }],
        entries: [{ atMs: nowMs, text: 'x' }],
      })
      expect(tags(drawn({ state, ...words, entries }))).toEqual(tags(plain))
    }
  }
})

test('is allowed its own forms, style and script, and nothing else', () => {
  expect(pagedSecurityPolicy.replace(/'sha256-[^']+'/g, 'HASH')).toBe(
    "default-src 'none'; style-src HASH HASH; script-src 'self'; connect-src 'self'; img-src data:; " +
      "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  )
})
