import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { tableLines } from '../terminal/table.ts'
import { counted } from '../terminal/words.ts'

interface Channel {
  readonly name: string
  readonly type: string
}

/** Lists the channels of the configuration. */
export async function listChannels(
  { terminal, env, dataDir }: Session,
  { json }: { readonly json?: true },
): Promise<number> {
  const api = await openApi(env, dataDir)
  const { items } = await api.call<{ readonly items: readonly Channel[] }>({
    path: '/api/v1/notifications/channels',
    trying: 'Reading the channels',
  })
  if (json) {
    terminal.print(JSON.stringify(items, null, 2))
    return exitCodes.ok
  }
  const { paint, columns, program } = terminal
  const [first] = items
  const lines =
    first === undefined
      ? [paint.orange('▲ No channel is configured: nobody is told anything.')]
      : [
          paint.bold(counted(items.length, 'channel')),
          '',
          ...tableLines(
            [{ heading: 'NAME', isFlexible: true }, { heading: 'TYPE' }],
            items.map(({ name, type }) => [name, type]),
            columns,
          ),
          '',
          'Next:',
          paint.bold(`  ${program} notify test ${first.name}`),
        ]
  for (const line of lines) terminal.print(line)
  return exitCodes.ok
}
