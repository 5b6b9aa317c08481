import type { Maintenance } from '@akashic/proto'
import { plainWords } from '@akashic/status-page'
import ical, { ICalEventStatus } from 'ical-generator'
import type { ICalEventData } from 'ical-generator'
import { maintenancePath, publicAddress } from '../public-address.ts'
import type { PublicPage } from '../public-address.ts'

const longestDescription = 2_000
const refreshS = 3_600

/** The maintenances as a calendar (RFC 5545), each one event that keeps its UID however often it is moved. */
export function maintenanceCalendar(maintenances: readonly Maintenance[], page: PublicPage): string {
  const calendar = ical({
    name: printable(page.title),
    prodId: { company: 'akashic', product: 'ops', language: 'EN' },
    ttl: refreshS,
    events: maintenances.map((maintenance) => eventOf(maintenance, page)),
  })
  return `${calendar.toString()}\r\n`
}

function eventOf(maintenance: Maintenance, page: PublicPage): ICalEventData {
  const { id, version, title, body, status, createdAtMs, updatedAtMs } = maintenance
  const url = publicAddress(page, maintenancePath(id))
  const isCancelled = status === 'MAINTENANCE_STATUS_CANCELLED'
  return {
    id,
    sequence: version,
    stamp: new Date(updatedAtMs),
    start: new Date(maintenance.scheduledForMs),
    end: new Date(maintenance.scheduledUntilMs),
    summary: printable(title),
    description: plainWords(body, longestDescription),
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    created: new Date(createdAtMs),
    lastModified: new Date(updatedAtMs),
    // A URL of an event is whole.
    url: url.startsWith('/') ? null : url,
  }
}

/** Without the control characters that RFC 5545 forbids in text. */
/** Without control characters, and those that turn the direction of what follows. */
const printable = (text: string): string => text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
