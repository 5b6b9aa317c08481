import { openApi } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { tableLines } from '../terminal/table.ts'
import type { ShownKey } from './key.ts'

/** Shows the keys, newest first. */
export async function listKeys(
  { terminal, env, dataDir }: Session,
  options: { all?: true; json?: true },
): Promise<number> {
  const keys = await listAll<ShownKey>(await openApi(env, dataDir), '/api/v1/keys', 'Reading the keys')
  const shown = options.all ? keys : keys.filter((key) => key.state === 'active')
  if (options.json) {
    terminal.print(JSON.stringify(shown, null, 2))
    return exitCodes.ok
  }
  const { paint } = terminal
  const rows = shown.map((key) => [
    key.id,
    { text: key.principal.name, paint: paint.bold },
    key.principal.kind,
    key.role,
    key.scope?.join(',') ?? 'everything',
    { text: key.state, paint: key.state === 'active' ? paint.green : paint.grey },
    key.expiresAt?.slice(0, 10) ?? 'never',
  ])
  const columns = [
    { heading: 'ID' },
    { heading: 'PRINCIPAL', isFlexible: true },
    { heading: 'KIND', isOptional: true },
    { heading: 'ROLE' },
    { heading: 'SCOPE', isFlexible: true, isOptional: true },
    { heading: 'STATE', isOptional: true },
    { heading: 'EXPIRES', isOptional: true },
  ]
  for (const line of tableLines(columns, rows, terminal.columns)) terminal.print(line)
  return exitCodes.ok
}
