import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { componentPath, type ShownDefinition } from './component.ts'

/** Deletes a component, unless somebody changed it meanwhile. */
export async function deleteComponent({ terminal, env, dataDir }: Session, id: string): Promise<number> {
  const api = await openApi(env, dataDir)
  const trying = `Deleting the component ${id}`
  const { version } = await api.call<ShownDefinition>({ path: componentPath(id), trying })
  await api.call<void>({ method: 'DELETE', path: componentPath(id), headers: { 'if-match': `"${version}"` }, trying })
  terminal.print(`Deleted ${id}. Its history is kept, and its id is never used again.`)
  return exitCodes.ok
}
