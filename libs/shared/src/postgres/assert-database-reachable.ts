import pg from 'pg'
import { OpsError } from '../errors/index.ts'
import { sqlStateOf } from './database-errors.ts'
import { connectionOptions } from './open-database.ts'

const oldestMajor = 14

const reasons: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'its name cannot be resolved now',
  ETIMEDOUT: 'timed out',
  '57P03': 'it is starting or stopping',
  '53300': 'it has no connection left',
}

/** Connects once, for a start that is to fail in one sentence. Names the server, never the password.
 *  @throws OpsError invalid_argument, unavailable, or failed_precondition when it refuses us or is older than 14. */
export async function assertDatabaseReachable(url: string): Promise<void> {
  const { host, user, database } = placeOf(url)
  const client = new pg.Client(connectionOptions(url, 'akashic-start'))
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num')
    const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000)
    if (major < oldestMajor) {
      throw new OpsError(
        'failed_precondition',
        `Postgres at ${host} is of version ${major}; ${oldestMajor} is the oldest that works`,
      )
    }
  } catch (error) {
    throw refusal(error, host, user, database)
  } finally {
    client.end().catch(() => undefined)
  }
}

function refusal(error: unknown, host: string, user: string, database: string): OpsError {
  if (error instanceof OpsError) return error
  const state = sqlStateOf(error) ?? ''
  if (state.startsWith('28')) {
    return new OpsError('failed_precondition', `Postgres at ${host} refused the login of user ${user}`, {
      cause: error,
    })
  }
  if (state === '3D000') {
    return new OpsError('failed_precondition', `Postgres at ${host} has no database ${database}`, { cause: error })
  }
  const reason = reasons[state] ?? (state || 'timed out')
  return new OpsError('unavailable', `Postgres at ${host} cannot be reached (${reason})`, { cause: error })
}

function placeOf(url: string): { host: string; user: string; database: string } {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    const detail = 'DATABASE_URL is not an address of the form postgres://user:password@host:port/database'
    throw new OpsError('invalid_argument', detail)
  }
  const host = `${parsed.hostname || 'localhost'}:${parsed.port || 5432}`
  return { host, user: decodeURIComponent(parsed.username), database: decodeURIComponent(parsed.pathname.slice(1)) }
}
