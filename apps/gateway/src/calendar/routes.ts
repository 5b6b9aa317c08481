import type { LiveStatus } from '../live-status/live-status.ts'
import type { PublicPage } from '../public-address.ts'
import { documentHeaders, prepareDocument } from '../public-status/prepared-document.ts'
import type { ServedDocument } from '../public-status/prepared-document.ts'
import type { Told } from '../told/told.ts'
import { maintenanceCalendar } from './calendar.ts'

const type = 'text/calendar'

/** Scheduled maintenance, for people's calendars. */
export function calendarDocument(live: LiveStatus, page: () => PublicPage): ServedDocument {
  const sources = (): [Told, PublicPage] | null => (live.told().version === 0 ? null : [live.told(), page()])
  return {
    path: '/calendar.ics',
    tag: 'Public',
    summary: 'Scheduled maintenance as a calendar (RFC 5545)',
    answer: { description: 'The calendar.', type },
    document: prepareDocument(
      sources,
      ({ maintenances }, from) => maintenanceCalendar(maintenances, from),
      documentHeaders(type, 'public, max-age=300'),
    ),
  }
}
