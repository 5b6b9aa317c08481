import { parse } from 'yaml'
import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { componentPath, type ShownDefinition } from './component.ts'

/** Changes keys of a component, unless somebody else changed it meanwhile. */
export async function changeComponent(
  { terminal, env, dataDir }: Session,
  id: string,
  settings: readonly string[],
): Promise<number> {
  const trying = `Changing the component ${id}`
  const body = Object.fromEntries(settings.map((setting) => settingOf(setting, trying)))
  const api = await openApi(env, dataDir)
  const { version } = await api.call<ShownDefinition>({ path: componentPath(id), trying })
  const headers = { 'if-match': `"${version}"` }
  const changed = await api.call<ShownDefinition>({ method: 'PATCH', path: componentPath(id), body, headers, trying })
  terminal.print(`Changed ${id}: ${Object.keys(body).join(', ')}. It is now version ${changed.version}.`)
  return exitCodes.ok
}

function settingOf(setting: string, trying: string): [string, unknown] {
  const at = setting.indexOf('=')
  try {
    if (at > 0) return [setting.slice(0, at), parse(setting.slice(at + 1))]
  } catch {
    throw new CliError(trying, `the value of ${setting.slice(0, at)} is not YAML`, { exitCode: exitCodes.usage })
  }
  throw new CliError(trying, 'a change is written key=value', {
    next: ['akashic component change --help'],
    exitCode: exitCodes.usage,
  })
}
