import { openApi } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, inWords } from '../terminal/words.ts'
import type { ActionItem } from './action-item.ts'

/** Lists what is to be done, by due date, with the command that says it is done. */
export async function listActionItems(session: Session, options: { all?: true; json?: true }): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const path = `/api/v1/action-items${options.all ? '?includeDone=true' : ''}`
  const items = await listAll<ActionItem>(api, path, 'Reading the action items')
  if (options.json) terminal.print(JSON.stringify(items, null, 2))
  else for (const line of itemLines(items, terminal, clock.now())) terminal.print(line)
  return exitCodes.ok
}

function itemLines(items: readonly ActionItem[], { paint, columns, program }: Terminal, nowMs: number): string[] {
  const open = items.filter((item) => item.doneAt === null)
  const late = open.filter((item) => item.isOverdue).length
  const overdue = late === 0 ? '' : `, ${paint.red(`${late} overdue`)}`
  return [
    open.length === 0
      ? paint.green('● Nothing is left to do.')
      : `${counted(open.length, 'action item')} to do${overdue}`,
    ...items.flatMap((item) => [
      '',
      ...paragraphLines(item.text, columns),
      `  ${printable(item.owner)}, ${dueText(item, paint, nowMs)}`,
      ...(item.doneAt === null ? [paint.bold(`  ${program} action-item done ${item.incidentId} ${item.id}`)] : []),
    ]),
  ]
}

function dueText({ dueAt, doneAt, isOverdue }: ActionItem, paint: Terminal['paint'], nowMs: number): string {
  if (doneAt !== null) return paint.green(`done ${doneAt.slice(0, 10)}`)
  const dueMs = Date.parse(dueAt)
  return isOverdue ? paint.red(`overdue by ${inWords(nowMs - dueMs)}`) : `due ${dueAt.slice(0, 10)}`
}
