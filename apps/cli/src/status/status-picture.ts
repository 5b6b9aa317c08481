import type { Api } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import type { IncidentStatusName } from '../incident/incident.ts'
import type { StatusName } from '../terminal/status-words.ts'

export interface UptimeWindow {
  readonly ratio: number | null
  readonly knownMs: number
  readonly unknownMs: number
}

export interface ShownComponent {
  readonly id: string
  readonly name: string
  readonly group: string
  readonly status: StatusName
  readonly since: string
  readonly responseTimeMs: number | null
  readonly lastChecked: string | null
  readonly error?: string | null
  readonly errorDetail?: string | null
  readonly causedBy?: string | null
  readonly flappingSince?: string | null
  readonly visibility?: 'public' | 'internal'
}

/** How things are, as the server tells it: the public answer, or the operators' one. */
export interface StatusPicture {
  readonly overall: 'operational' | 'degraded' | 'outage' | 'unknown'
  readonly overallSince?: string
  /** What the page says, where the operators' answer tells both. */
  readonly overallPublic?: string
  readonly isBlind: boolean
  readonly components: readonly ShownComponent[]
  readonly uptime: Readonly<Record<'last24h' | 'last7d' | 'last30d' | 'last90d', UptimeWindow>>
  readonly generatedAt: string
  readonly stale?: boolean
  readonly ageMs?: number
}

/** An incident that is open, as the public reads it. */
export interface ToldIncident {
  readonly id: string
  readonly title: string
  readonly status: IncidentStatusName
  readonly impact: string
}

export interface TakenPicture {
  readonly picture: StatusPicture
  /** What the public is told of; empty also where it could not be asked. */
  readonly incidents: readonly ToldIncident[]
  /** Why the operators' view is not shown; null when it is. */
  readonly publicOnlyBecause: string | null
}

const trying = 'Reading the status'

/** The operators' picture when there is a key, else, or when the server will not give it, the public one. */
export async function takePicture(api: Api): Promise<TakenPicture> {
  if (api.access.key === null) return publicPicture(api, api.access.keySource)
  try {
    const picture = await api.call<StatusPicture>({ path: '/api/v1/status', trying })
    const { incidents } = await publicPicture(api, '').catch(() => ({ incidents: [] }))
    return { picture, incidents, publicOnlyBecause: null }
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return publicPicture(api, error.message)
  }
}

async function publicPicture(api: Api, publicOnlyBecause: string): Promise<TakenPicture> {
  const answer = { path: '/status', needsKey: false, trying }
  const picture = await api.call<StatusPicture & { readonly activeIncidents?: readonly ToldIncident[] }>(answer)
  return { picture, incidents: picture.activeIncidents ?? [], publicOnlyBecause }
}
