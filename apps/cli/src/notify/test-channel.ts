import { setTimeout } from 'node:timers/promises'
import { openApi, type Api } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { inWords } from '../terminal/words.ts'
import { destinationText, hasFailed, notificationsPath, type Notification } from './notification.ts'

export interface TestOptions {
  readonly to?: string
  /** Milliseconds. */
  readonly wait: number
  readonly json?: true
}

const pauseMs = 300

/** Sends a test message to a channel and tells what became of it: exit code 0 only when it was delivered. */
export async function testChannel(session: Session, channel: string, options: TestOptions): Promise<number> {
  const { terminal, env, dataDir } = session
  const { to, wait, json } = options
  const api = await openApi(env, dataDir)
  const trying = `Testing the channel ${channel}`
  const body = to === undefined ? { channel } : { channel, to }
  const sent = await api.call<Notification>({ method: 'POST', path: `${notificationsPath}/test`, body, trying })
  const came = await follow(api, sent, session, wait)
  if (json) terminal.print(JSON.stringify(came, null, 2))
  else for (const line of outcomeLines(came, wait, terminal)) terminal.print(line)
  if (came.state === 'delivered') return exitCodes.ok
  return hasFailed(came) || came.state === 'dead' ? exitCodes.failed : exitCodes.unknown
}

/** The notification once it is delivered or has failed, or as it is after `waitMs`. */
async function follow(
  api: Api,
  sent: Notification,
  { monotonicMs, signal }: Session,
  waitMs: number,
): Promise<Notification> {
  const path = `${notificationsPath}/${encodeURIComponent(sent.id)}`
  const endMs = monotonicMs() + waitMs
  let seen = sent
  while (!isKnown(seen) && monotonicMs() < endMs && !signal.aborted) {
    await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined)
    seen = await api.call<Notification>({ path, trying: `Looking for what became of the test ${sent.id}` })
  }
  return seen
}

const isKnown = (one: Notification): boolean => one.state === 'delivered' || one.state === 'dead' || hasFailed(one)

function outcomeLines(came: Notification, waitMs: number, { paint, columns, program }: Terminal): string[] {
  const { state, isUncertain } = came
  const painted = (text: string, colour: 'green' | 'red' | 'grey') => paragraphLines(text, columns).map(paint[colour])
  if (state === 'delivered') return painted(`● delivered to ${destinationText(came)} in ${tookText(came)}`, 'green')
  const next = ['', 'Next:', paint.bold(`  ${program} notify list --channel ${came.channel}`)]
  if (!isKnown(came)) {
    return [...painted(`? not known: no attempt to ${came.channel} ended within ${inWords(waitMs)}`, 'grey'), ...next]
  }
  return [
    ...painted(`✖ not delivered: ${came.lastError ?? 'it was given up'}; ${afterwardsText(came)}`, 'red'),
    ...(isUncertain ? ['It may have arrived nevertheless: nothing says so.'] : []),
    ...next,
  ]
}

function tookText({ createdAt, settledAt }: Notification): string {
  const tookMs = Math.max(0, Date.parse(settledAt ?? createdAt) - Date.parse(createdAt))
  if (tookMs < 50) return '<0.1 s'
  return tookMs < 60_000 ? `${(tookMs / 1_000).toFixed(1)} s` : inWords(tookMs)
}

function afterwardsText({ state, nextAttemptAt }: Notification): string {
  if (state === 'dead') return 'it was given up'
  return nextAttemptAt === null ? 'it is tried again now' : `it is tried again at ${nextAttemptAt.slice(11, 19)} UTC`
}
