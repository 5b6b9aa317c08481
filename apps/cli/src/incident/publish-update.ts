import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { actOnIncident, readIncident } from './act-on-incident.ts'
import type { Incident, IncidentUpdate } from './incident.ts'
import { draftCommands } from './next-commands.ts'
import { updateLines } from './render-update.ts'
import { tellChange } from './tell-change.ts'

interface PublishOptions {
  readonly update?: string
  readonly preview?: true
  readonly json?: true
}

/** Tells the public what a draft says; with `preview`, only shows what it would be told. */
export async function publishUpdate(session: Session, id: string, options: PublishOptions): Promise<number> {
  const { terminal, clock } = session
  const trying = `Publishing an update of ${id}`
  const before = await readIncident(session, id, trying)
  const draft = draftOf(before, options.update, trying)
  if (options.preview) {
    const lines = [
      'The public would be told:',
      '',
      ...updateLines(draft, terminal, clock.now()),
      '',
      'Next:',
      ...draftCommands(before, terminal.program).map((command) => terminal.paint.bold(`  ${command}`)),
    ]
    for (const line of lines) terminal.print(line)
    return exitCodes.ok
  }
  const incident = await actOnIncident(session, before, { path: '/publish', body: { updateId: draft.id }, trying })
  tellChange(session, 'Published.', before, incident, options)
  return exitCodes.ok
}

/** The draft that is meant: the one named, else the only one. */
function draftOf(incident: Incident, named: string | undefined, trying: string): IncidentUpdate {
  const drafts = incident.updates.filter((update) => update.state === 'draft')
  const meant = named === undefined ? drafts : drafts.filter((update) => update.id === named)
  const [only] = meant
  if (only && meant.length === 1) return only
  if (meant.length > 1) {
    throw new CliError(trying, `it has ${meant.length} drafts: say which`, { next: draftCommands(incident, 'akashic') })
  }
  throw new CliError(trying, named === undefined ? 'it has no draft' : `${named} is no draft of it`, {
    next: [`akashic incident show ${incident.id}`, `akashic incident update ${incident.id} --say "..." --publish`],
  })
}
