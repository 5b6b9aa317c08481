import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { incidentPath } from '../incident/incident.ts'
import { parseWhen } from '../parse-when.ts'
import type { Session } from '../session.ts'
import { printable } from '../terminal/text-width.ts'
import type { ActionItem } from './action-item.ts'

/** Agrees on something to do after an incident. */
export async function addActionItem(
  session: Session,
  incident: string,
  text: string,
  { owner, due }: { readonly owner: string; readonly due: string },
): Promise<number> {
  const body = { text, owner, dueAt: parseWhen(due, session.clock.now()) }
  const item = await save(session, { method: 'POST', incident, path: '', body })
  session.terminal.print(printable(`${item.owner} will do it by ${item.dueAt.slice(0, 10)}: ${item.text} (${item.id})`))
  return exitCodes.ok
}

/** Changes the words, the owner or the date of an action item. */
export async function changeActionItem(
  session: Session,
  incident: string,
  id: string,
  options: { readonly text?: string; readonly owner?: string; readonly due?: string; readonly undo?: true },
): Promise<number> {
  const { due, undo, ...words } = options
  const body = {
    ...words,
    ...(due === undefined ? {} : { dueAt: parseWhen(due, session.clock.now()) }),
    ...(undo ? { isDone: false } : {}),
  }
  if (Object.keys(body).length === 0) {
    throw new CliError(`Changing the action item ${id}`, 'nothing is named that should change', {
      next: ['akashic action-item change --help'],
      exitCode: exitCodes.usage,
    })
  }
  const item = await save(session, { method: 'PATCH', incident, path: `/${encodeURIComponent(id)}`, body })
  session.terminal.print(printable(`Changed: ${item.text}, ${item.owner}, by ${item.dueAt.slice(0, 10)}.`))
  return exitCodes.ok
}

/** Says that an action item is done. */
export async function finishActionItem(session: Session, incident: string, id: string): Promise<number> {
  const path = `/${encodeURIComponent(id)}`
  const item = await save(session, { method: 'PATCH', incident, path, body: { isDone: true } })
  session.terminal.print(printable(`Done: ${item.text}.`))
  return exitCodes.ok
}

async function save(
  { env, dataDir }: Session,
  change: {
    readonly method: 'POST' | 'PATCH'
    readonly incident: string
    readonly path: string
    readonly body: unknown
  },
): Promise<ActionItem> {
  const { method, incident, path, body } = change
  const api = await openApi(env, dataDir)
  const trying = `Saving an action item of ${incident}`
  return api.call<ActionItem>({ method, path: `${incidentPath(incident)}/action-items${path}`, body, trying })
}
