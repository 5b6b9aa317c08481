import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { incidentPath } from '../incident/incident.ts'
import type { Session } from '../session.ts'
import type { PostmortemOptions } from './command.ts'
import type { Postmortem } from './postmortem.ts'

/** Saves a file as the postmortem, unless somebody else saved one meanwhile; `-` is standard input. */
export async function savePostmortem(
  { terminal, env, cwd, dataDir }: Session,
  id: string,
  file: string,
  options: PostmortemOptions,
): Promise<number> {
  const body = { body: await readText(cwd, file), publish: options.publish === true }
  const api = await openApi(env, dataDir)
  const path = `${incidentPath(id)}/postmortem`
  const trying = `Saving the postmortem of ${id}`
  const before = await api.call<Postmortem>({ path, trying })
  const headers = { 'if-match': `"${before.version}"` }
  const saved = await api.call<Postmortem>({ method: 'PUT', path, body, headers, trying })
  if (options.json) terminal.print(JSON.stringify(saved, null, 2))
  else terminal.print(`Saved as version ${saved.version}${saved.isPublished ? ', published' : ', not public'}.`)
  return exitCodes.ok
}

async function readText(cwd: string, file: string): Promise<string> {
  if (file === '-') return text(process.stdin)
  try {
    return await readFile(resolve(cwd, file), 'utf8')
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new CliError(`Reading ${file}`, isMissing ? 'there is no such file' : 'it cannot be read', { cause })
  }
}
