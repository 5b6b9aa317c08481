import type { Alert } from './alert.ts'
import { matcherText, type Matcher } from './matcher.ts'

/** No page and no notification for what matches, until its end. */
export interface Silence {
  readonly id: string
  readonly version: number
  readonly matchers: readonly Matcher[]
  readonly author: string
  readonly reason: string
  readonly createdAt: string
  readonly start: string
  readonly end: string
}

/** What a silence would mute. */
export interface SilencePreview {
  /** Alerts that fire; not all of them when they are many. */
  readonly now: readonly Alert[]
  readonly nowCount: number
  readonly lastWeekCount: number
  /** Ids of open incidents whose page would be held back. */
  readonly incidents: readonly string[]
}

export const silencesPath = '/api/v1/silences'

/** `component="shop", severity!="info"`. */
export const matchersText = (matchers: readonly Matcher[]): string => matchers.map(matcherText).join(', ')
