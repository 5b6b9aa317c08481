import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import { incidentPath } from '../incident/incident.ts'
import type { Session } from '../session.ts'
import { printable } from '../terminal/text-width.ts'
import { instantInWords } from '../terminal/words.ts'
import type { PostmortemOptions } from './command.ts'
import type { Postmortem } from './postmortem.ts'

/** Prints the Markdown; what else is to be said of it goes to stderr, so that the output can be kept as a file. */
export async function showPostmortem(session: Session, id: string, options: PostmortemOptions): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const path = `${incidentPath(id)}/postmortem`
  const postmortem = await api.call<Postmortem>({ path, trying: `Reading the postmortem of ${id}` })
  if (options.json) {
    terminal.print(JSON.stringify(postmortem, null, 2))
    return exitCodes.ok
  }
  const { body, isDraft, dueAt } = postmortem
  for (const line of body.trimEnd().split('\n')) terminal.print(printable(line))
  if (!isDraft) return exitCodes.ok
  const due = dueAt === null ? '' : `, due ${instantInWords(Date.parse(dueAt), clock.now())}`
  terminal.complain('')
  terminal.complain(`A draft made from the timeline${due}. Fill it in, then save it:`)
  terminal.complain(`  ${terminal.program} incident postmortem ${id} > postmortem.md`)
  terminal.complain(`  ${terminal.program} incident postmortem ${id} --save postmortem.md`)
  return exitCodes.ok
}
