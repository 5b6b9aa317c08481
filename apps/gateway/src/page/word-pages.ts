import { renderHistoryPage, renderIncidentPage, renderMaintenancePage, renderProblemPage } from '@akashic/status-page'
import type { PageProblem } from '@akashic/status-page'
import { OpsError } from '@akashic/shared/errors'
import { publicNames, siteOf, type SiteDeps } from './site.ts'
import { pageIncident, pageMaintenance } from './told-model.ts'
import {
  pastMaintenances,
  readIncident,
  readMaintenance,
  readPast,
  type PastPage,
  type WordDeps,
} from './read-words.ts'

export type WordPageDeps = SiteDeps & WordDeps

/** A page with the status of its answer. */
export interface DrawnPage {
  readonly status: number
  readonly html: string
}

const incidentsAPage = 25
const pastMaintenancesMax = 20
const nothing = { title: 'Nothing is here', detail: 'There is no such page, or it is not public.' }
const away = {
  title: 'This cannot be read right now',
  detail: 'Our own status service cannot be reached. This page looks again by itself.',
  retryAfterS: 10,
}
const notKnownYet = {
  title: 'The status is not known yet',
  detail: 'We have just started to look. This page looks again by itself.',
  retryAfterS: 5,
}

/** The status page, or one that says that nothing is known yet. */
export function drawFront(deps: WordPageDeps & { readonly drawPage: () => Promise<string> }): Promise<DrawnPage> {
  return orProblem(deps, '', deps.drawPage, notKnownYet)
}

/** Everything that was published of an incident. What was not published looks as if it was never there. */
export function drawIncident(deps: WordPageDeps, id: string, signal: AbortSignal): Promise<DrawnPage> {
  return orProblem(deps, '../', async () => {
    const incident = await readIncident(deps, id, signal)
    if (!incident) return null
    return renderIncidentPage({ ...frameOf(deps), incident: pageIncident(incident) })
  })
}

/** Everything that was published of a maintenance. */
export function drawMaintenance(deps: WordPageDeps, id: string, signal: AbortSignal): Promise<DrawnPage> {
  return orProblem(deps, '../', async () => {
    const maintenance = await readMaintenance(deps, id, signal)
    if (!maintenance) return null
    return renderMaintenancePage({
      ...frameOf(deps),
      maintenance: pageMaintenance(maintenance, publicNames(deps.live)),
    })
  })
}

/** Published incidents, newest first, page by page. While the status service is away the first page is what is held here. */
export function drawHistory(deps: WordPageDeps, cursor: string, signal: AbortSignal): Promise<DrawnPage> {
  return orProblem(deps, '', async () => {
    const { incidents, nextCursor } = await readPastOrHeld(deps, cursor, signal)
    const names = publicNames(deps.live)
    return renderHistoryPage({
      ...frameOf(deps),
      incidents: incidents.map(pageIncident),
      ...(nextCursor !== '' && { nextCursor }),
      isFirst: cursor === '',
      maintenances: pastMaintenances(deps)
        .slice(0, pastMaintenancesMax)
        .map((maintenance) => pageMaintenance(maintenance, names)),
    })
  })
}

async function readPastOrHeld(deps: WordPageDeps, cursor: string, signal: AbortSignal): Promise<PastPage> {
  try {
    return await readPast(deps, cursor, incidentsAPage, signal)
  } catch (error) {
    const held = deps.live.told()
    if (cursor !== '' || held.version === 0) throw error
    return { incidents: held.incidents.slice(0, incidentsAPage), nextCursor: '' }
  }
}

const frameOf = (deps: WordPageDeps) => ({ site: siteOf(deps), version: deps.live.told().version })

async function orProblem(
  deps: WordPageDeps,
  root: string,
  draw: () => Promise<string | null>,
  unavailable: PageProblem = away,
): Promise<DrawnPage> {
  const problem = (status: number, said: PageProblem) => ({ status, html: renderProblemPage(said, siteOf(deps), root) })
  try {
    const html = await draw()
    return html === null ? problem(404, nothing) : { status: 200, html }
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    if (error.code === 'invalid_argument') return problem(404, nothing)
    if (error.code === 'unavailable' || error.code === 'deadline_exceeded') return problem(503, unavailable)
    throw error
  }
}
