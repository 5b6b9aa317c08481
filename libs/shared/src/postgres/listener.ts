import pg from 'pg'
import type { Logger } from 'pino'
import type { Database } from './database.ts'
import { toDatabaseError } from './database-errors.ts'

interface Subscription {
  readonly channel: string
  readonly onPayload: (payload: string) => void
  readonly onReconnected: (() => void) | undefined
}

export interface Listener {
  readonly listen: Database['listen']
  close(): Promise<void>
}

const firstDelayMs = 100
const longestDelayMs = 5_000
const heartbeatMs = 10_000
const answerWithinMs = 5_000

/** One connection for all the LISTENs of a process. It connects at the first subscription and is kept until closed. */
export function createListener(config: pg.ClientConfig, log: Logger): Listener {
  const subscriptions = new Set<Subscription>()
  let session: pg.Client | null = null
  let opening: Promise<pg.Client> | null = null
  let wasConnected = false
  let isClosed = false
  let retry: NodeJS.Timeout | undefined

  const isolated = (subscription: Subscription, call: () => void) => {
    try {
      call()
    } catch (error) {
      log.error({ err: error, channel: subscription.channel }, 'a listener of a database notice failed')
    }
  }

  function connected(): Promise<pg.Client> {
    if (session) return Promise.resolve(session)
    opening ??= open().finally(() => (opening = null))
    return opening
  }

  async function open(): Promise<pg.Client> {
    const client = new pg.Client({ ...config, query_timeout: answerWithinMs })
    // A connection whose peer vanished says nothing by itself.
    const heartbeat = setInterval(() => inTurn(client, 'SELECT 1').catch(drop), heartbeatMs)
    heartbeat.unref()
    function drop(): void {
      clearInterval(heartbeat)
      client.end().catch(() => undefined)
      if (session === client) lose()
    }
    client.on('error', drop)
    client.on('end', drop)
    client.on('notification', ({ channel, payload }) => {
      for (const s of subscriptions) if (s.channel === channel) isolated(s, () => s.onPayload(payload ?? ''))
    })
    try {
      await client.connect()
      session = client
      for (const channel of new Set([...subscriptions].map((s) => s.channel))) await command(client, 'LISTEN', channel)
      if (isClosed) throw new Error('Client was closed')
    } catch (error) {
      session = null
      drop()
      throw error
    }
    if (wasConnected) for (const s of subscriptions) isolated(s, () => s.onReconnected?.())
    wasConnected = true
    return client
  }

  function lose(): void {
    session = null
    if (isClosed || opening) return
    log.warn('the connection for database notices broke; connecting again')
    reconnectLater(0)
  }

  function reconnectLater(attempt: number): void {
    if (isClosed || subscriptions.size === 0) return
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt) * (0.5 + Math.random())
    retry = setTimeout(() => connected().catch(() => reconnectLater(attempt + 1)), delayMs)
    retry.unref()
  }

  return {
    listen: async (channel, onPayload, onReconnected) => {
      const subscription = { channel, onPayload, onReconnected }
      subscriptions.add(subscription)
      try {
        await command(await connected(), 'LISTEN', channel)
      } catch (error) {
        subscriptions.delete(subscription)
        throw toDatabaseError(error)
      }
      return async () => {
        subscriptions.delete(subscription)
        const isWanted = [...subscriptions].some((s) => s.channel === channel)
        if (session && !isWanted) await command(session, 'UNLISTEN', channel).catch(() => undefined)
      }
    },
    close: async () => {
      isClosed = true
      clearTimeout(retry)
      const client = session
      session = null
      await client?.end().catch(() => undefined)
    },
  }
}

async function command(client: pg.Client, verb: 'LISTEN' | 'UNLISTEN', channel: string): Promise<void> {
  await inTurn(client, `${verb} ${pg.escapeIdentifier(channel)}`)
}

const turns = new WeakMap<pg.Client, Promise<unknown>>()

/** Runs one statement after the other: a client takes no two at once. */
function inTurn(client: pg.Client, statement: string): Promise<unknown> {
  const result = (turns.get(client) ?? Promise.resolve()).then(() => client.query(statement))
  turns.set(
    client,
    result.catch(() => undefined),
  )
  return result
}
