import { toldStatus } from './told.ts'
import { isOpen, type Impact, type Incident } from './incident.ts'

const minuteMs = 60_000

/** The public hears the first word within 5 minutes. */
export const firstWordWithinMs = 5 * minuteMs

/** How long the public may wait for the next word: 15 minutes in a complete outage, else 20. */
export function usualSilenceMs(impact: Impact): number {
  return (impact === 'critical' ? 15 : 20) * minuteMs
}

/** When the public must hear something next, for an incident of which it knows what `incident` says: nothing is due of
 *  one that is over or not public; a first word, or the word that it is open again, is due soon, and a move without words
 *  does not put it off. */
export function nextPromiseMs(incident: Incident, nowMs: number): number | null {
  if (!isOpen(incident) || incident.visibility !== 'public') return null
  const told = toldStatus(incident)
  const isNews = told === null || told === 'resolved' || told === 'postmortem'
  return isNews ? Math.min(incident.nextUpdateAtMs ?? Infinity, nowMs + firstWordWithinMs) : incident.nextUpdateAtMs
}
