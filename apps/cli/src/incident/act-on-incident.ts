import { openApi } from '../api/api.ts'
import type { Session } from '../session.ts'
import { incidentPath, type Incident } from './incident.ts'

interface Act {
  readonly method?: 'POST' | 'PATCH'
  /** Below the incident: `/updates`; empty for itself. */
  readonly path: string
  readonly body: unknown
  readonly trying: string
}

/** The incident as it is. */
export async function readIncident({ env, dataDir }: Session, id: string, trying: string): Promise<Incident> {
  const api = await openApi(env, dataDir)
  return api.call<Incident>({ path: incidentPath(id), trying })
}

/** Does something to an incident at the version that was read, so that no change of others is lost.
 *  @returns it as it is afterwards */
export async function actOnIncident({ env, dataDir }: Session, before: Incident, act: Act): Promise<Incident> {
  const { method = 'POST', path, body, trying } = act
  const api = await openApi(env, dataDir)
  const headers = { 'if-match': `"${before.version}"` }
  return api.call<Incident>({ method, path: `${incidentPath(before.id)}${path}`, body, headers, trying })
}
