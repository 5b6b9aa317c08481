import type { RedisOptions } from 'ioredis'
import type { Socket } from 'node:net'
import { operational } from './check.ts'
import type { CheckKind, Judgement } from './check.ts'
import { connectTcp, letGo, upgradeToTls } from './connect.ts'
import { closedEarlyOr, failed } from './failure.ts'
import { bareHost, decoded, withoutCredentials } from './url.ts'

const disconnectTimeoutMs = 1_000

export const redisKind: CheckKind<'redis'> = {
  kind: 'redis',
  host: (spec) => bareHost(new URL(spec.url)),
  describe: (spec) => withoutCredentials(spec.url),
  load: () => import('ioredis'),
  async run(spec, attempt) {
    const url = new URL(spec.url)
    const plain = await connectTcp(bareHost(url), Number(url.port || 6379), attempt)
    const socket = url.protocol === 'rediss:' ? await upgradeToTls(plain, bareHost(url), attempt) : plain
    try {
      const started = attempt.monotonicMs()
      await ping(url, socket)
      return { ...operational, latencyMs: attempt.monotonicMs() - started }
    } catch (error) {
      return judgeRefusal(closedEarlyOr(error, socket))
    } finally {
      letGo(socket)
    }
  },
}

async function ping(url: URL, socket: Socket): Promise<void> {
  const { AbstractConnector, Redis } = await import('ioredis')
  /** Hands the client a connection that is open already. */
  class OpenConnection extends AbstractConnector {
    constructor() {
      super(disconnectTimeoutMs)
    }
    override connect(): Promise<Socket> {
      return Promise.resolve(socket)
    }
  }
  const client = new Redis({ ...optionsOf(url), Connector: OpenConnection })
  client.on('error', () => undefined)
  try {
    await client.ping()
  } finally {
    client.disconnect()
  }
}

function optionsOf(url: URL): RedisOptions {
  return {
    db: Number(url.pathname.slice(1) || 0),
    ...(url.username !== '' && { username: decoded(url.username) }),
    ...(url.password !== '' && { password: decoded(url.password) }),
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  }
}

const credentialReplies = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM'])
const notServing = new Set(['LOADING', 'MASTERDOWN', 'CLUSTERDOWN', 'MISCONF'])

/** Judges an error reply by its first word. Bad credentials come from a server that is up: degraded, not outage.
 *  @throws `error` itself when it is no reply. */
function judgeRefusal(error: unknown): Judgement {
  if (!(error instanceof Error) || error.name !== 'ReplyError') throw error
  const [word = ''] = error.message.split(' ')
  if (credentialReplies.has(word)) return failed('degraded', 'credentials', 'credentials refused', error.message)
  if (notServing.has(word)) return failed('outage', 'answer', 'not ready to serve', error.message)
  return failed('degraded', 'answer', 'unexpected answer', error.message)
}
