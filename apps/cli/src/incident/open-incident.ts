import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseWhen } from '../parse-when.ts'
import { readWords } from '../read-words.ts'
import type { Session } from '../session.ts'
import type { Incident } from './incident.ts'
import { tellChange } from './tell-change.ts'

export interface OpenOptions {
  readonly severity: string
  readonly say: string
  readonly component?: readonly string[]
  readonly visibility: string
  readonly publish?: true
  readonly nextUpdate?: string
  readonly started?: string
  readonly json?: true
}

/** Opens an incident; its first words are a draft unless they are to be published. */
export async function openIncident(session: Session, title: string, options: OpenOptions): Promise<number> {
  const { env, dataDir, clock } = session
  const { severity, say, component = [], visibility, publish = false, nextUpdate, started } = options
  const body = {
    ...{ title, severity, visibility, publish, components: component, body: await readWords(say) },
    ...(nextUpdate === undefined ? {} : { nextUpdateAt: parseWhen(nextUpdate, clock.now()) }),
    ...(started === undefined ? {} : { startedAt: started }),
  }
  const api = await openApi(env, dataDir)
  const trying = 'Opening the incident'
  const incident = await api.call<Incident>({ method: 'POST', path: '/api/v1/incidents', body, trying })
  tellChange(session, `Opened: ${incident.severity}, ${incident.status}.`, null, incident, options)
  return exitCodes.ok
}
