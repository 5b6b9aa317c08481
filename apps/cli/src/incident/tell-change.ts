import type { Session } from '../session.ts'
import { printable } from '../terminal/text-width.ts'
import { incidentStatusFace } from './faces.ts'
import { isOpen, type Incident, type IncidentUpdate } from './incident.ts'
import { draftCommands, nextCommands } from './next-commands.ts'
import { toldText, updateLines } from './render-update.ts'

/** Tells what a change has made of an incident, the update that came with it, and what to do next. */
export function tellChange(
  { terminal, clock }: Session,
  sentence: string,
  before: Incident | null,
  incident: Incident,
  options: { readonly json?: true },
): void {
  if (options.json) return terminal.print(JSON.stringify(incident, null, 2))
  const { paint, program } = terminal
  const face = incidentStatusFace(incident.status, paint)
  const said = changedUpdates(before, incident)
  const commands = isOpen(incident) ? draftCommands(incident, program) : nextCommands(incident, program)
  const lines = [
    `${face.paint(face.icon)} ${paint.bold(printable(incident.title))} (${incident.id})`,
    sentence,
    toldText(incident, clock.now()),
    ...said.flatMap((update) => ['', ...updateLines(update, terminal, clock.now())]),
    '',
    'Next:',
    ...[...commands, `${program} incident show ${incident.id}`].map((command) => paint.bold(`  ${command}`)),
  ]
  for (const line of lines) terminal.print(line)
}

/** The updates that are new, or that say something else than before. */
function changedUpdates(before: Incident | null, incident: Incident): readonly IncidentUpdate[] {
  const known = new Map(before?.updates.map((update) => [update.id, update]))
  return incident.updates.filter((update) => {
    const was = known.get(update.id)
    return was === undefined || was.state !== update.state || was.body !== update.body
  })
}
