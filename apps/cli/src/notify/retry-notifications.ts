import { openApi, type Api } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { printable } from '../terminal/text-width.ts'
import { counted } from '../terminal/words.ts'
import { destinationText, notificationsPath, type Notification } from './notification.ts'

interface RetryOptions {
  readonly dead?: true
  readonly json?: true
}

/** Tries again what was given up: one notification, or with `dead` all of them. */
export async function retryNotifications(
  session: Session,
  id: string | undefined,
  options: RetryOptions,
): Promise<number> {
  if ((id === undefined) === (options.dead === undefined)) {
    throw new CliError('Trying notifications again', 'say which: either an id or --dead', {
      next: ['akashic notify list --state dead', 'akashic notify retry --dead'],
      exitCode: exitCodes.usage,
    })
  }
  const { terminal, env, dataDir } = session
  const api = await openApi(env, dataDir)
  if (id === undefined) return retryDead(api, session, options)
  const retried = await retry(api, id)
  if (options.json) terminal.print(JSON.stringify(retried, null, 2))
  else terminal.print(printable(`Tried again now: "${retried.title}" to ${destinationText(retried)}.`))
  return exitCodes.ok
}

async function retryDead(api: Api, { terminal }: Session, { json }: RetryOptions): Promise<number> {
  const dead = await listAll<Notification>(api, `${notificationsPath}?state=dead`, 'Reading what was given up')
  const retried: Notification[] = []
  const refused: string[] = []
  for (const one of dead) {
    try {
      retried.push(await retry(api, one.id))
    } catch (error) {
      if (!isRefusal(error)) throw error
      refused.push(`  ${one.id} to ${destinationText(one)}: ${error.message}`)
    }
  }
  if (json) terminal.print(JSON.stringify(retried, null, 2))
  else if (dead.length === 0) terminal.print(terminal.paint.green('● Nothing was given up.'))
  else terminal.print(`Tried again now: ${counted(retried.length, 'notification')} of ${dead.length}.`)
  if (refused.length === 0) return exitCodes.ok
  terminal.complain(`Not tried again: ${counted(refused.length, 'notification')}.`)
  for (const line of refused) terminal.complain(printable(line))
  return exitCodes.failed
}

/** True for what is wrong with the one notification, as a channel that is configured no more. */
const isRefusal = (error: unknown): error is CliError =>
  error instanceof CliError && (error.status === 404 || error.status === 409)

function retry(api: Api, id: string): Promise<Notification> {
  const path = `${notificationsPath}/${encodeURIComponent(id)}/retry`
  return api.call<Notification>({ method: 'POST', path, trying: `Trying the notification ${id} again` })
}
