import ICAL from 'ical.js'
import { aMaintenance } from '../testing/incident-builders.ts'
import { maintenanceCalendar } from './calendar.ts'

const page = { title: 'Acme, Sons; Co', url: 'https://status.acme.example' }
const long = 'Größe: 10 Mio. Zeilen, 💥 nie „leer“; und \\ so weiter. '.repeat(20).trim()

const read = (text: string) => {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[])
  return {
    calendar,
    events: calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component)),
  }
}

test('another parser reads each maintenance as an event, with all that was written', () => {
  const { calendar, events } = read(
    maintenanceCalendar([aMaintenance({ id: 'mnt-1', version: 7, title: 'Move; a, b\\c', body: long })], page),
  )
  expect(calendar.getFirstPropertyValue('x-wr-calname')).toBe('Acme, Sons; Co')
  const [event] = events
  expect([event!.uid, event!.sequence, event!.summary]).toEqual(['mnt-1', 7, 'Move; a, b\\c'])
  expect(event!.description).toBe(long)
  expect(event!.startDate.toJSDate().toISOString()).toBe('2025-10-09T08:53:20.000Z')
  expect(event!.endDate.toJSDate().toISOString()).toBe('2025-10-09T09:53:20.000Z')
  const value = (name: string) => String(event!.component.getFirstPropertyValue(name))
  expect([value('status'), value('dtstamp')]).toEqual(['CONFIRMED', '2025-10-09T08:53:19Z'])
  expect(value('url')).toBe('https://status.acme.example/maintenances/mnt-1')
})

test('one that was moved or called off is the same event, later', () => {
  const changed = { scheduledForMs: 1_770_000_000_000, scheduledUntilMs: 1_770_000_600_000, version: 3 }
  const cancelled = { ...changed, version: 4, status: 'MAINTENANCE_STATUS_CANCELLED' as const }
  const eventsOf = [{}, changed, cancelled].map((change) => {
    const { events } = read(maintenanceCalendar([aMaintenance(change)], page))
    return [events[0]!.uid, events[0]!.sequence, events[0]!.component.getFirstPropertyValue('status')]
  })
  expect(eventsOf).toEqual([
    ['mnt-1', 2, 'CONFIRMED'],
    ['mnt-1', 3, 'CONFIRMED'],
    ['mnt-1', 4, 'CANCELLED'],
  ])
})

test('lines end in CRLF, none is longer than 75 octets, and none holds a control character', () => {
  const text = maintenanceCalendar([aMaintenance({ title: `Bell\u0007 ${long}`.slice(0, 200), body: long })], page)
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
  const lines = text.split('\r\n')
  expect(lines.join('')).not.toMatch(/\p{Cc}/u)
  for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
})

test('the bytes stay until a maintenance changes, and without an address of the page no event has one', () => {
  const write = () => maintenanceCalendar([aMaintenance()], { title: 'Acme' })
  expect(write()).toBe(write())
  expect(write()).not.toContain('URL')
  expect(read(maintenanceCalendar([], { title: 'Acme' })).events).toEqual([])
})
