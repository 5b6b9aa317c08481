import { renderStatusPage } from '../page/status-page.ts'
import { aStatusPage, nowMs } from '../testing/builders.ts'
import { aMaintenance, anIncident, aPastIncident, aSite } from '../testing/words.ts'
import { renderHistoryPage, type HistoryPageModel } from './history-page.ts'
import { renderIncidentPage } from './incident-page.ts'
import { renderMaintenancePage } from '../maintenance/maintenance-page.ts'
import type { PageIncident } from './incident.ts'
import type { PageMaintenance } from '../maintenance/maintenance.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** What a reader sees, on one line. */
const words = (page: string): string =>
  page
    .replace(/<(style|script)[^>]*>.*?<\/\1>|<svg.*?<\/svg>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,])/g, '$1')

const incidentPage = (changes: Partial<PageIncident> = {}): string =>
  renderIncidentPage({ site: aSite(), version: 3, incident: anIncident(changes) })

const statusPage = (incidents: readonly PageIncident[], maintenances: readonly PageMaintenance[] = []): string =>
  renderStatusPage(aStatusPage({ told: { version: 3, incidents, maintenances } }))

const historyPage = (changes: Partial<HistoryPageModel> = {}): string =>
  renderHistoryPage({ site: aSite(), version: 3, incidents: [], isFirst: true, maintenances: [], ...changes })

describe('an incident on the status page', () => {
  test('is told with what it affects, its latest words, newest first, and when the next ones come', () => {
    const said = words(statusPage([anIncident()]))
    expect(said).toContain('Payments fail for some Critical impact Began 13:48 UTC. Affects Database.')
    expect(said).toContain(
      'Identified 14:22 UTC A disk failed. Investigating 13:52 UTC, edited We are looking into it. Next update by 14:42 UTC.',
    )
  })

  test('of which much was said shows the latest, and leads to all of it', () => {
    const updates = Array.from({ length: 9 }, (_, index) => ({
      ...{ status: 'identified' as const, changes: [], publishedAtMs: nowMs - index * 60_000 },
      body: `Word ${9 - index} **of** nine. ${index === 1 ? 'More and more. '.repeat(40) : ''}`,
    }))
    const page = statusPage([anIncident({ updates })])
    expect(words(page)).toMatch(/Word 9 of nine\. .*Word 8 of nine\. More and more\..*… .*Word 7 of nine\./)
    expect(words(page)).not.toContain('Word 6')
    expect(page).toContain('<a href="incidents/inc-1">All 9 updates</a>')
  })

  test('comes before those of less impact, and all that are open before those that have ended', () => {
    const incidents = [
      aPastIncident(60_000, { title: 'An ended one' }),
      anIncident({ id: 'b', title: 'A minor one', impact: 'minor' }),
      anIncident({ id: 'c', title: 'A critical one' }),
    ]
    expect(words(statusPage(incidents))).toMatch(/A critical one Critical impact.*A minor one.*An ended one/)
  })

  test('whose promised word did not come says so', () => {
    expect(words(statusPage([anIncident({ nextUpdateAtMs: nowMs - 60_000 })]))).toContain(
      'The next update was due at 14:29 UTC.',
    )
  })

  test('keeps its place for an hour after it ended, and is a line of the recent ones for seven days', () => {
    const at = (agoMs: number) => statusPage([aPastIncident(agoMs)])
    expect(at(0.5 * hourMs)).toContain('<article')
    expect(at(2 * hourMs)).not.toContain('<article')
    expect(words(at(2 * hourMs))).toContain('Critical impact, resolved after 37 min.')
    expect(words(at(8 * dayMs))).toContain('No incidents in the last 7 days.')
  })

  test('that cannot be read is not called none', () => {
    const said = words(renderStatusPage(aStatusPage({ told: null })))
    expect(said).toContain('What was written about incidents cannot be read right now.')
    expect(said).not.toContain('No incidents')
    expect(said).not.toContain('None is scheduled')
  })

  test('takes the green from a page whose checks see nothing', () => {
    const page = statusPage([anIncident()])
    expect(page).toContain('<section class="banner degraded"')
    expect(words(page)).toContain('Payments fail for some Since 13:48 UTC Our checks see no fault.')
    expect(words(statusPage([anIncident({ status: 'monitoring' })]))).toContain('one incident is being watched')
  })
})

describe('the page of an incident', () => {
  test('tells every update, what was edited, what changed, and how long the public waited for a word', () => {
    const said = words(incidentPage())
    expect(said).toContain('First public word 4 min after the first red check')
    expect(said).toContain('Identified 14:22 UTC A disk failed.')
    expect(said).toContain('Investigating 13:52 UTC, edited 14:00 UTC We are looking into it.')
    expect(said).toContain('Database: Operational → Outage')
    expect(said).toContain('Database Outage at worst From 13:48 UTC, not seen to recover yet')
  })

  test('shows the postmortem once there is one, without a second title', () => {
    const said = words(
      incidentPage({ status: 'postmortem', postmortem: '# Postmortem\n\n## Summary\n\nIt was a disk.' }),
    )
    expect(said).toContain('Postmortem Summary It was a disk.')
    expect(said.match(/Postmortem/g)).toHaveLength(1)
  })

  test('leads back from where it is served', () => {
    expect(incidentPage()).toContain('href="../history"')
    expect(incidentPage()).toContain('href="../#c-db"')
    expect(incidentPage()).toContain('data-root="../"')
  })

  test('says so when nobody can vouch for it', () => {
    const site = aSite({ staleForMs: 5 * 60_000 })
    expect(words(renderIncidentPage({ site, version: 3, incident: anIncident() }))).toContain(
      'this is what was known at 14:25 UTC',
    )
  })
})

describe('a maintenance', () => {
  test('is told soonest first while it is planned or under way, and not any more once it is over', () => {
    const planned = [aMaintenance(), aMaintenance({ id: 'over', title: 'Old work', status: 'completed' })]
    const said = words(statusPage([], planned))
    expect(said).toContain('Larger disks Scheduled 15:30 UTC to 16:30 UTC. Affects Database. Writes stop for a minute.')
    expect(said).not.toContain('Old work')
  })

  test('that takes longer than planned says so, on both pages', () => {
    const late = {
      status: 'in_progress',
      scheduledForMs: nowMs - 2 * hourMs,
      scheduledUntilMs: nowMs - hourMs,
    } as const
    expect(words(statusPage([], [aMaintenance(late)]))).toContain('It takes longer than planned.')
    const page = renderMaintenancePage({ site: aSite(), version: 3, maintenance: aMaintenance(late) })
    expect(words(page)).toContain('Planned for 12:30 UTC to 13:30 UTC. It takes longer than planned.')
  })
})

describe('the history', () => {
  test('is by month, newest first, each with the time to the first public word', () => {
    const said = words(historyPage({ incidents: [aPastIncident(2 * dayMs), aPastIncident(30 * dayMs)] }))
    expect(said).toMatch(
      /counted from the first red check\. November 2026 .*First public word after 4 min\..* October 2026/,
    )
  })

  test('says of what is open what is done about it', () => {
    expect(words(historyPage({ incidents: [anIncident()] }))).toContain('Identified. Began 13:48 UTC.')
  })

  test('leads to the older page and back to the newest, and says when there is nothing', () => {
    expect(historyPage({ incidents: [anIncident()], nextCursor: 'a b' })).toContain('href="history?cursor=a%20b"')
    expect(historyPage({ isFirst: false })).toContain('href="history">← Newest')
    expect(words(historyPage())).toContain('No incident was ever published.')
  })

  test('shows words as text, without markup and in short', () => {
    const long = anIncident({ updates: [{ ...anIncident().updates[0]!, body: `**Bold** ${'word '.repeat(200)}` }] })
    const page = historyPage({ incidents: [long] })
    expect(page).not.toContain('<strong>')
    expect(words(page)).toMatch(/Bold word.*…/)
  })
})
