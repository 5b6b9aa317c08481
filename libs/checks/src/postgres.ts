import { Socket } from 'node:net'
import type { ClientConfig } from 'pg'
import { operational } from './check.ts'
import type { Attempt, CheckKind, Judgement } from './check.ts'
import { admitHost, letGo, lookupFor, traceSocket } from './connect.ts'
import { closedEarlyOr, failed } from './failure.ts'
import { bareHost, decoded, withoutCredentials } from './url.ts'

export const postgresKind: CheckKind<'postgres'> = {
  kind: 'postgres',
  host: (spec) => bareHost(new URL(spec.url)),
  describe: (spec) => withoutCredentials(spec.url),
  load: () => import('pg'),
  async run(spec, attempt) {
    const { Client } = await import('pg')
    const socket = tracedSocket(attempt)
    const client = new Client({ ...connectionOf(spec.url), stream: () => socket, application_name: 'akashic-check' })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const started = attempt.monotonicMs()
      await client.query('SELECT 1')
      return { ...operational, latencyMs: attempt.monotonicMs() - started }
    } catch (error) {
      return judgeRefusal(closedEarlyOr(error, socket))
    } finally {
      client.end().catch(() => undefined)
      letGo(socket)
    }
  },
}

/** All that pg would otherwise take from the parameters of the URL, PG* variables or ~/.pgpass: a check sends nothing that
 *  it was not given, and no URL makes it read a file. */
function connectionOf(text: string): ClientConfig {
  const url = new URL(text)
  const user = decoded(url.username) || 'postgres'
  const sslmode = url.searchParams.get('sslmode') ?? 'disable'
  return {
    host: bareHost(url),
    port: Number(url.port || 5432),
    user,
    database: decoded(url.pathname.slice(1)) || user,
    // An empty text would be replaced by PGPASSWORD; what a function gives is not.
    password: () => decoded(url.password),
    ssl: sslmode === 'disable' ? false : { rejectUnauthorized: sslmode !== 'no-verify' },
    sslnegotiation: 'postgres',
  }
}

/** A socket that is guarded and timed when pg connects it. */
function tracedSocket(attempt: Attempt): Socket {
  const socket = new Socket()
  const connect = socket.connect.bind(socket)
  socket.connect = ((port: number, host: string) => {
    admitHost(host, attempt)
    return connect({ port, host, lookup: lookupFor(attempt) })
  }) as Socket['connect']
  socket.on('error', () => undefined)
  traceSocket(socket, attempt)
  attempt.signal.addEventListener('abort', () => socket.destroy())
  return socket
}

const sqlState = /^[0-9A-Z]{5}$/
const startingOrStopping = new Set(['57P01', '57P02', '57P03'])

/** Judges what the server said (SQLSTATE, or what pg makes of the handshake). Bad credentials come from a server that is up: degraded, not outage.
 *  @throws `error` itself when it is not the server's. */
function judgeRefusal(error: unknown): Judgement {
  const { code, severity, message } = error as { code?: unknown; severity?: unknown; message: string }
  if (message.startsWith('SASL')) return failed('degraded', 'credentials', 'credentials refused', message)
  if (message.includes('does not support SSL')) return failed('outage', 'tls', 'TLS not offered', message)
  if (typeof code !== 'string' || !sqlState.test(code) || severity === undefined) throw error
  const detail = `${code}: ${message}`
  if (code.startsWith('28')) return failed('degraded', 'credentials', 'credentials refused', detail)
  if (startingOrStopping.has(code)) return failed('outage', 'answer', 'starting up or shutting down', detail)
  if (code === '53300') return failed('outage', 'answer', 'too many connections', detail)
  return failed('outage', 'answer', 'statement failed', detail)
}
