import type { Clock } from '@akashic/shared/clock'
import type { LiveStatus } from '../live-status/live-status.ts'
import { iso } from '../instant.ts'
import type { PublicPage } from '../public-address.ts'
import { toldView } from './told-view.ts'
import { encodingsOf } from './encoded-body.ts'
import type { Encodings } from './encoded-body.ts'
import { documentHeaders } from './prepared-document.ts'
import type { PreparedDocument } from './prepared-document.ts'
import { publicView } from './public-view.ts'
import type { PublicStatus } from './public-view.ts'

const headers = documentHeaders('application/json', 'public, max-age=0, must-revalidate')

/** The public status as a document: the same bytes until its content changes. */
export interface StatusDocument extends PreparedDocument {
  /** Null until anything is known. */
  view(): PublicStatus | null
  /** Version of what the public is told, words that are not in `view` included. */
  toldVersion(): number
  /** The bytes of `GET /status`; while stale they say so with the age in whole seconds. */
  encodings(): Encodings | null
  /** Calls `listener` when the public content, its words or its staleness have changed; returns how to stop. */
  onChange(listener: () => void): () => void
}

export interface StatusDocumentDeps {
  readonly live: LiveStatus
  readonly clock: Clock
  readonly page: () => Pick<PublicPage, 'url'>
}

export function createStatusDocument({ live, clock, page }: StatusDocumentDeps): StatusDocument {
  const listeners = new Set<() => void>()
  let view: PublicStatus | null = null
  let content = ''
  let fresh: Encodings | null = null
  let stale: { readonly ageS: number; readonly encodings: Encodings } | null = null
  let wasStale = true
  let toldVersion = 0

  const rebuild = (): void => {
    const snapshot = live.snapshot()
    if (snapshot === null) return
    const told = live.told()
    const next = publicView(snapshot, toldView(told, page()))
    const nextContent = JSON.stringify({ ...next, generatedAt: '' })
    const isStale = live.isStale()
    if (nextContent === content && isStale === wasStale && told.version === toldVersion) return
    if (nextContent !== content) {
      // What changed may have been internal only; then the public document keeps its time, and tells nobody.
      view = view === null ? next : { ...next, generatedAt: laterOf(view.generatedAt, next.generatedAt, clock) }
      content = nextContent
      fresh = encodingsOf(JSON.stringify(view), headers)
    }
    stale = null
    wasStale = isStale
    toldVersion = told.version
    for (const listener of listeners) listener()
  }
  live.onChange(rebuild)
  rebuild()

  return {
    view: () => view,
    toldVersion: () => toldVersion,
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
