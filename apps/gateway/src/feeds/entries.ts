import { incidentStatusFromProto, maintenanceStatusFromProto } from '@akashic/proto'
import type { IncidentUpdate, Maintenance, PublicIncident } from '@akashic/proto'
import { renderMarkdown } from '@akashic/status-page'
import { utcMinute } from '../instant.ts'
import { incidentPath, maintenancePath, publicAddress } from '../public-address.ts'
import type { PublicPage } from '../public-address.ts'
import type { Told } from '../told/told.ts'

/** One thing that the public was told. */
export interface FeedEntry {
  /** A URN that never changes. */
  readonly id: string
  readonly title: string
  readonly url: string
  readonly publishedMs: number
  readonly updatedMs: number
  readonly html: string
}

const entriesMax = 50

/** What the public was told, newest first: each published update of an incident, each maintenance, and what was said of it. */
export function feedEntries({ incidents, maintenances }: Told, page: PublicPage): FeedEntry[] {
  return [...incidents.flatMap(ofIncident), ...maintenances.flatMap(ofMaintenance)]
    .sort((a, b) => b.publishedMs - a.publishedMs)
    .slice(0, entriesMax)
    .map(({ path, markdown, window = '', ...entry }) => ({
      ...entry,
      url: publicAddress(page, path),
      html: window + renderMarkdown(markdown),
    }))
}

interface Draft extends Omit<FeedEntry, 'url' | 'html'> {
  readonly path: string
  readonly markdown: string
  /** HTML. */
  readonly window?: string
}

function ofIncident({ id, title, updates }: PublicIncident): Draft[] {
  return updates.map((update) =>
    ofUpdate(update, `${title}: ${incidentStatusFromProto(update.status)}`, incidentPath(id)),
  )
}

function ofMaintenance(maintenance: Maintenance): Draft[] {
  const { id, title, body, status, createdAtMs, updatedAtMs, updates } = maintenance
  const path = maintenancePath(id)
  const announced = {
    id: `urn:uuid:${id}`,
    title: `${status === 'MAINTENANCE_STATUS_CANCELLED' ? 'Cancelled maintenance' : 'Scheduled maintenance'}: ${title}`,
    publishedMs: createdAtMs,
    updatedMs: updatedAtMs,
    ...{ path, markdown: body, window: windowOf(maintenance) },
  }
  const said = updates.map((update) => {
    const then = maintenanceStatusFromProto(update.maintenanceStatus ?? status).replace('_', ' ')
    return ofUpdate(update, `${title}: ${then}`, path)
  })
  return [...said, announced]
}

function ofUpdate(update: IncidentUpdate, title: string, path: string): Draft {
  const { id, body: markdown, publishedAtMs = update.createdAtMs, updatedAtMs } = update
  const updatedMs = Math.max(publishedAtMs, updatedAtMs)
  return { id: `urn:uuid:${id}`, title, publishedMs: publishedAtMs, updatedMs, path, markdown }
}

const windowOf = ({ scheduledForMs, scheduledUntilMs }: Maintenance): string =>
  `<p>From ${utcMinute(scheduledForMs)} to ${utcMinute(scheduledUntilMs)}.</p>\n`
