export type PageStateName = 'exhausted' | 'calling' | 'snoozed' | 'silenced' | 'acknowledged' | 'resolved'

/** Somebody is being called about something. */
export interface CallPage {
  readonly id: string
  readonly version: number
  readonly subject: string
  readonly incident: string | null
  readonly policy: string
  readonly title: string
  readonly state: PageStateName
  /** When the next step is called, or a snooze ends. */
  readonly dueAt: string | null
  readonly acknowledgedBy: string | null
  readonly openedAt: string
  readonly resolvedAt: string | null
  readonly entries: readonly PageEntry[]
}

export interface PageEntry {
  readonly at: string
  readonly kind: string
  /** Who was called, or who did it. */
  readonly person: string
  readonly detail: string
}

const worstFirst: readonly PageStateName[] = ['exhausted', 'calling', 'snoozed', 'silenced', 'acknowledged', 'resolved']

/** Worst first, and of one state what has lasted longest. */
export function byUrgency(a: CallPage, b: CallPage): number {
  return worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state) || (a.openedAt < b.openedAt ? -1 : 1)
}

/** True where nobody has answered. */
export const isUnanswered = ({ state }: CallPage): boolean => state === 'exhausted' || state === 'calling'

/** True when the last call found nobody to call. */
export function reachedNobody({ entries }: CallPage): boolean {
  return entries.findLast(({ kind }) => kind === 'called' || kind === 'nobody')?.kind === 'nobody'
}
