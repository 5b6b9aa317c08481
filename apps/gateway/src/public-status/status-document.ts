import type { Clock } from '@akashic/shared/clock'
import type { LiveStatus } from '../live-status/live-status.ts'
import { iso } from '../instant.ts'
import { encodingsOf } from './encoded-body.ts'
import type { Encodings } from './encoded-body.ts'
import { publicView } from './public-view.ts'
import type { PublicStatus } from './public-view.ts'

const headers = [
  ...['Content-Type', 'application/json; charset=utf-8'],
  ...['Cache-Control', 'public, max-age=0, must-revalidate'],
  ...['Access-Control-Allow-Origin', '*'],
  ...['Access-Control-Expose-Headers', 'ETag'],
  ...['X-Content-Type-Options', 'nosniff'],
]

/** The public status as a document: the same bytes until its content changes. */
export interface StatusDocument {
  /** Null until anything is known. */
  view(): PublicStatus | null
  /** The bytes of `GET /status`; while stale they say so with the age in whole seconds. */
  encodings(): Encodings | null
  /** Calls `listener` when the public content or its staleness has changed; returns how to stop. */
  onChange(listener: () => void): () => void
}

export function createStatusDocument(live: LiveStatus, clock: Clock): StatusDocument {
  const listeners = new Set<() => void>()
  let view: PublicStatus | null = null
  let content = ''
  let fresh: Encodings | null = null
  let stale: { readonly ageS: number; readonly encodings: Encodings } | null = null
  let wasStale = true

  const rebuild = (): void => {
    const snapshot = live.snapshot()
    if (snapshot === null) return
    const next = publicView(snapshot)
    const nextContent = JSON.stringify({ ...next, generatedAt: '' })
    const isStale = live.isStale()
    if (nextContent === content && isStale === wasStale) return
    if (nextContent !== content) {
      // What changed may have been internal only; then the public document keeps its time, and tells nobody.
      view = view === null ? next : { ...next, generatedAt: laterOf(view.generatedAt, next.generatedAt, clock) }
      content = nextContent
      fresh = encodingsOf(JSON.stringify(view), headers)
    }
    stale = null
    wasStale = isStale
    for (const listener of listeners) listener()
  }
  live.onChange(rebuild)
  rebuild()

  return {
    view: () => view,
    encodings() {
      if (view === null || !live.isStale()) return fresh
      const ageS = Math.floor((live.ageMs() ?? 0) / 1_000)
      if (stale?.ageS !== ageS) {
        stale = { ageS, encodings: encodingsOf(JSON.stringify({ ...view, stale: true, ageMs: ageS * 1_000 }), headers) }
      }
      return stale.encodings
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Another replica of the status service may date the same picture a little earlier; our time only moves forward. */
function laterOf(before: string, next: string, clock: Clock): string {
  return next > before ? next : iso(Math.max(clock.now(), Date.parse(before) + 1))
}
