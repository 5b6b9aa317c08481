import type { Socket } from 'node:net'
import { isNativeError } from 'node:util/types'
import type { Redis } from 'ioredis'
import { DatabaseUnreachable } from '../database/engine.ts'
import { classifyFailure, unreachable } from '../database/reachability.ts'
import { createTurns } from '../database/turns.ts'
import { dial } from './dial.ts'
import type { RedisPlace } from './place.ts'
import { refusalOf } from './refusal.ts'

const answerWithinMs = 2_000
const disconnectMs = 500
/** All answers on one connection together: thousands of clients fill 2 MB. */
const mostBytes = 16 * 1_048_576

/** One connection, on which one command is sent after the other's answer. */
export interface RedisConnection {
  /** Texts come as bytes: they may be anything.
   *  @throws Refusal when the server answers with an error, DatabaseUnreachable when it does not answer within 2 s. */
  readonly ask: (command: string, ...values: readonly string[]) => Promise<unknown>
  close(): void
}

/** @throws DatabaseUnreachable. */
export async function connectRedis(place: RedisPlace, readyWithinMs: number): Promise<RedisConnection> {
  const socket = await dial(place, readyWithinMs)
  const client = await clientOn(socket)
  const heard = listenTo(client, socket)
  const turns = createTurns(1)

  async function send(command: string, values: readonly string[]): Promise<unknown> {
    const [name, ...rest] = command.split(' ')
    try {
      return await client.callBuffer(name!, ...rest, ...values)
    } catch (error) {
      if (isNativeError(error) && error.name === 'ReplyError') throw refusalOf(command, error.message, place)
      client.disconnect()
      throw lost(error, command, heard, place)
    }
  }
  const ask: RedisConnection['ask'] = (command, ...values) => turns.take(() => send(command, values))
  try {
    await client.connect()
    if (place.password !== '') {
      await ask('AUTH', ...(place.user === 'default' ? [] : [place.user]), place.password)
    }
    return { ask, close: () => client.disconnect() }
  } catch (error) {
    client.disconnect()
    throw error instanceof DatabaseUnreachable ? error : lost(error, 'AUTH', heard, place)
  }
}

async function clientOn(socket: Socket): Promise<Redis> {
  const { AbstractConnector, Redis } = await import('ioredis')
  /** Hands the client a connection that is open already, and no other when that breaks. */
  class OpenConnection extends AbstractConnector {
    override stream = socket
    constructor() {
      super(disconnectMs)
    }
    override connect(): Promise<Socket> {
      return Promise.resolve(socket)
    }
  }
  const client = new Redis({
    ...{ Connector: OpenConnection, lazyConnect: true, enableReadyCheck: false, disableClientInfo: true, protocol: 2 },
    ...{ commandTimeout: answerWithinMs, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false },
    retryStrategy: () => null,
  })
  client.on('error', () => undefined)
  return client
}

interface Heard {
  /** The first bytes: a server that takes no more clients says so before it is asked. */
  opening: string
  bytes: number
}

function listenTo(client: Redis, socket: Socket): Heard {
  const heard: Heard = { opening: '', bytes: 0 }
  client.once('connect', () =>
    socket.on('data', (chunk: Buffer) => {
      if (heard.bytes === 0) heard.opening = chunk.toString('utf8', 0, 300)
      heard.bytes += chunk.length
      if (heard.bytes > mostBytes) socket.destroy()
    }),
  )
  return heard
}

function lost(error: unknown, command: string, { opening, bytes }: Heard, place: RedisPlace): DatabaseUnreachable {
  const message = isNativeError(error) ? error.message : String(error)
  if (opening.startsWith('-')) {
    const refusal = refusalOf(command, opening.slice(1).split('\r')[0]!, place)
    if (refusal instanceof DatabaseUnreachable) return refusal
  }
  if (bytes > mostBytes) return new DatabaseUnreachable(unreachable('failed', place, 'it answers without an end', ''))
  if (message === 'Command timed out') return new DatabaseUnreachable(unreachable('hangs', place, '', ''))
  if (message.startsWith('Unknown RESP type')) {
    return new DatabaseUnreachable(unreachable('failed', place, 'what it answers is not of Redis', ''))
  }
  if (message.startsWith('Connection is closed'))
    return new DatabaseUnreachable(unreachable('broken_off', place, '', ''))
  return new DatabaseUnreachable(classifyFailure(error, place, true))
}
