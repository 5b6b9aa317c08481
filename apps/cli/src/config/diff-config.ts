import { ConfigError } from '@akashic/shared/config'
import { openApi } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { printable } from '../terminal/text-width.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { compareComponents, type ConfigDifference } from './compare.ts'
import { definitionOf, type Definition } from './component-definition.ts'
import { configFile, readConfig, refusalOf } from './read-config.ts'

/** Tells what would change if `given` were the configuration. */
export async function diffConfig(
  session: Session,
  given: string | undefined,
  from: string | undefined,
  options: { json?: true },
): Promise<number> {
  const file = configFile(session, given)
  const next = await componentsOf(session, file)
  const before = from === undefined ? await running(session) : (await componentsOf(session, from)).definitions
  const difference = compareComponents(before, next.definitions, next.renamedFrom)
  if (options.json) session.terminal.print(JSON.stringify(difference, null, 2))
  else for (const line of differenceLines(difference, session.terminal.paint)) session.terminal.print(line)
  return exitCodes.ok
}

interface FileComponents {
  readonly definitions: readonly Definition[]
  readonly renamedFrom: ReadonlyMap<string, string>
}

async function componentsOf(session: Session, file: string): Promise<FileComponents> {
  try {
    const { components } = await readConfig(session, file)
    const renames = components.flatMap(({ id, renamedFrom }) => (renamedFrom ? [[id, renamedFrom] as const] : []))
    return { definitions: components.map(definitionOf), renamedFrom: new Map(renames) }
  } catch (error) {
    throw error instanceof ConfigError ? refusalOf(error, file) : error
  }
}

type RunningComponent = Definition & { readonly ownedBy: 'file' | 'api' }

async function running({ env, dataDir }: Session): Promise<Definition[]> {
  const api = await openApi(env, dataDir)
  const components = await listAll<RunningComponent>(api, '/api/v1/components', 'Reading the components that run')
  return components.filter((component) => component.ownedBy === 'file').map(withoutServerFields)
}

function withoutServerFields(component: RunningComponent): Definition {
  const own = new Set(['version', 'ownedBy', 'createdAt', 'updatedAt', 'state'])
  return Object.fromEntries(Object.entries(component).filter(([key]) => !own.has(key))) as unknown as Definition
}

function differenceLines({ added, removed, renamed, changed }: ConfigDifference, paint: Terminal['paint']): string[] {
  const lines = [
    ...added.map(({ id, name }) => paint.green(`+ ${id}  ${printable(name)}`)),
    ...removed.map(({ id, name }) => paint.red(`- ${id}  ${printable(name)}`)),
    ...renamed.map(({ from, to }) => paint.blue(`> ${from} becomes ${to}, and keeps its history`)),
    ...changed.flatMap(({ id, fields }) => [
      paint.yellow(`~ ${id}`),
      ...fields.map(
        (field) => `    ${printable(`${field.path}: ${field.before ?? 'nothing'} -> ${field.after ?? 'nothing'}`)}`,
      ),
    ]),
  ]
  if (lines.length === 0) return ['No component would change.']
  const counts = [
    `${added.length} added`,
    `${removed.length} removed`,
    `${renamed.length} renamed`,
    `${changed.length} changed`,
  ]
  return [counts.join(', '), '', ...lines]
}
