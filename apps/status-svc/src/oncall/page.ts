import type { EscalationPolicy } from '@akashic/config'

export const pageStates = ['silenced', 'calling', 'acknowledged', 'snoozed', 'exhausted', 'resolved'] as const

/** `silenced`: it calls when the silence ends and the trouble goes on. `exhausted`: everybody was called as often as the
 *  policy says, and nobody acknowledged. */
export type PageState = (typeof pageStates)[number]

/** Somebody is being called about something. */
export interface Page {
  readonly num: number
  readonly id: string
  readonly version: number
  /** `incident:<id>`, or `alerts:<group>`. */
  readonly subject: string
  readonly incidentNum: number | null
  readonly incidentId: string | null
  readonly policy: string
  readonly title: string
  readonly state: PageState
  /** The step that is called next, from 0. */
  readonly step: number
  /** How often all steps were called before. */
  readonly round: number
  /** When the next step is called, or a snooze ends; null: never. */
  readonly dueAtMs: number | null
  readonly acknowledgedBy: string | null
  readonly openedAtMs: number
  readonly resolvedAtMs: number | null
  readonly updatedAtMs: number
}

export type PageEntryKind =
  'opened' | 'silenced' | 'called' | 'nobody' | 'acknowledged' | 'snoozed' | 'escalated' | 'exhausted' | 'resolved'

/** Something that happened to a page. */
export interface PageEntry {
  readonly atMs: number
  readonly kind: PageEntryKind
  /** Who was called, or who did it; empty where it is nobody. */
  readonly person: string
  readonly detail: string
}

export type PageChange = Partial<
  Pick<Page, 'title' | 'policy' | 'state' | 'step' | 'round' | 'dueAtMs' | 'acknowledgedBy' | 'resolvedAtMs'>
>

/** What a page that is due does: it calls a step, finds nobody to call, or gives up. */
export type Turn =
  | { readonly kind: 'call'; readonly step: number; readonly round: number; readonly change: PageChange }
  | { readonly kind: 'nobody'; readonly change: PageChange }
  | { readonly kind: 'exhaust'; readonly change: PageChange }

/** The turn of a page that is due at `nowMs`. `isReached` says whether a step has anybody to call: steps without anybody
 *  are passed over, all at once. Where none has, all are asked again after a while, until somebody is on call. */
export function turnOf(
  page: Pick<Page, 'step' | 'round'>,
  policy: EscalationPolicy,
  isReached: (step: number) => boolean,
  nowMs: number,
): Turn {
  const count = policy.steps.length
  for (let ahead = 0; ahead < count; ahead += 1) {
    const place = page.step + ahead
    const [step, round] = [place % count, page.round + Math.floor(place / count)]
    if (round > policy.repeat) return { kind: 'exhaust', change: { state: 'exhausted', dueAtMs: null } }
    if (!isReached(step)) continue
    const isLast = step === count - 1
    const next = { step: isLast ? 0 : step + 1, round: isLast ? round + 1 : round }
    const dueAtMs = nowMs + policy.steps[step]!.escalateAfter
    return { kind: 'call', step, round, change: { state: 'calling', ...next, dueAtMs } }
  }
  const dueAtMs = nowMs + Math.min(...policy.steps.map(({ escalateAfter }) => escalateAfter))
  return { kind: 'nobody', change: { dueAtMs } }
}
