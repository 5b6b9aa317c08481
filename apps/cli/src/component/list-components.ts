import { openApi } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { statusFace } from '../terminal/status-words.ts'
import { tableLines } from '../terminal/table.ts'
import type { ShownDefinition } from './component.ts'

/** Shows every component. */
export async function listComponents({ terminal, env, dataDir }: Session, options: { json?: true }): Promise<number> {
  const api = await openApi(env, dataDir)
  const components = await listAll<ShownDefinition>(api, '/api/v1/components', 'Reading the components')
  if (options.json) {
    terminal.print(JSON.stringify(components, null, 2))
    return exitCodes.ok
  }
  const { paint } = terminal
  const rows = components.map((component) => {
    const face = statusFace(component.state?.status ?? 'unknown', paint)
    const kinds = component.checks?.map((check) => check.kind).join(', ') ?? ''
    return [
      { text: component.id, paint: paint.bold },
      component.name,
      { text: face.text, paint: face.paint },
      component.visibility ?? '',
      component.critical ? 'critical' : '',
      kinds || 'none',
      component.ownedBy,
    ]
  })
  if (rows.length === 0)
    terminal.print(
      `There is no component yet. Write one into akashic.yaml, or: ${terminal.program} component create --help`,
    )
  const columns = [
    { heading: 'ID' },
    { heading: 'NAME', isFlexible: true },
    { heading: 'STATUS' },
    { heading: 'VISIBILITY', isOptional: true },
    { heading: 'WEIGHT', isOptional: true },
    { heading: 'CHECKS', isFlexible: true, isOptional: true },
    { heading: 'OWNED BY', isOptional: true },
  ]
  if (rows.length > 0) for (const line of tableLines(columns, rows, terminal.columns)) terminal.print(line)
  return exitCodes.ok
}
