import { isNativeError } from 'node:util/types'
import { sqlStateOf } from '@akashic/shared/postgres'

/** Why a database cannot be used, or that it can; by the error's code, the SQLSTATE, and how far the connection came. */
export type Reachability =
  | 'reachable'
  | 'name_not_found'
  | 'refused'
  | 'no_route'
  | 'no_answer'
  | 'hangs'
  | 'tls_failed'
  | 'login_refused'
  | 'database_missing'
  | 'too_many_connections'
  | 'in_recovery'
  | 'loading'
  | 'busy'
  | 'shutting_down'
  | 'broken_off'
  | 'failed'

export interface Place {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}

export interface Unreachable {
  readonly state: Exclude<Reachability, 'reachable'>
  /** A sentence that names the server and never the password. */
  readonly says: string
  /** The errno or SQLSTATE; empty where there is none. */
  readonly code: string
}

/** @param url that `postgresUrlProblem` has nothing against. */
export function placeOf(url: string): Place {
  const { hostname, port, username, pathname } = new URL(url)
  const user = decodeURIComponent(username) || 'postgres'
  const host = hostname.replace(/^\[|\]$/g, '')
  return { host, port: Number(port || 5432), user, database: decodeURIComponent(pathname.slice(1)) || user }
}

const byCode: Readonly<Record<string, Unreachable['state']>> = {
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'no_route',
  ENETUNREACH: 'no_route',
  ETIMEDOUT: 'no_answer',
  ECONNRESET: 'broken_off',
  EPIPE: 'broken_off',
  '3D000': 'database_missing',
  '53300': 'too_many_connections',
  '57P01': 'shutting_down',
  '57P02': 'broken_off',
}

const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH|EPROTO)/
const tlsMessage = /does not support SSL|SSL (connection|routines)|no encryption|certificate/i
const recovery = /starting up|recovery|not (yet )?accepting|consistent/i
const deadline =
  /^(Connection terminated due to connection timeout|timeout expired|timeout exceeded when trying to connect|Query read timeout)/
const poolerFull = /no more connections allowed|max_client_conn|query_wait_timeout|remaining connection slots/i

/** Says why a connection failed.
 *  @param hasConnected whether the server took the connection before that: else nobody listened. */
export function classifyFailure(error: unknown, place: Place, hasConnected: boolean): Unreachable {
  const code = sqlStateOf(error) ?? ''
  const message = isNativeError(error) ? error.message : String(error)
  return unreachable(stateOf(code, message, hasConnected), place, message, code)
}

/** @param message what the server or the machine said of it. */
export const unreachable = (state: Unreachable['state'], place: Place, message: string, code: string): Unreachable => ({
  ...{ state, says: sentence(state, place, message), code },
})

function stateOf(code: string, message: string, hasConnected: boolean): Unreachable['state'] {
  if (deadline.test(message)) return hasConnected ? 'hangs' : 'no_answer'
  if (tlsCode.test(code) || (tlsMessage.test(message) && (code === '' || code.startsWith('28')))) return 'tls_failed'
  if (poolerFull.test(message)) return 'too_many_connections'
  const known = byCode[code]
  if (known !== undefined) return known
  if (code.startsWith('28')) return 'login_refused'
  if (code === '57P03') return recovery.test(message) ? 'in_recovery' : 'shutting_down'
  if (code.startsWith('08') || /^Connection terminated|Connection ended/.test(message)) return 'broken_off'
  return /password must be a string|SASL/.test(message) ? 'login_refused' : 'failed'
}

function sentence(state: Unreachable['state'], { host, port, user, database }: Place, message: string): string {
  const server = `${host.includes(':') ? `[${host}]` : host}:${port}`
  switch (state) {
    case 'name_not_found':
      return `The name ${host} does not resolve`
    case 'refused':
      return `${server} refuses the connection: nothing listens there`
    case 'no_route':
      return `There is no route to ${server}`
    case 'no_answer':
      return `${server} does not answer: a firewall or policy drops the packets, or the machine is down`
    case 'hangs':
      return `${server} takes the connection and then says nothing`
    case 'tls_failed':
      return `TLS with ${server} fails: ${message}`
    case 'login_refused':
      return `${server} refuses the login of user ${user}: ${message}`
    case 'database_missing':
      return `${server} has no database ${database}`
    case 'too_many_connections':
      return `${server} has no connection left: ${message}`
    case 'in_recovery':
      return `${server} recovers and takes no connection yet: ${message}`
    case 'loading':
      return `${server} loads its data and serves nothing yet: ${message}`
    case 'busy':
      return `${server} does nothing but one script: ${message}`
    case 'shutting_down':
      return `${server} is shutting down: ${message}`
    case 'broken_off':
      return `${server} broke the connection off`
    case 'failed':
      return `${server} cannot be used: ${message}`
  }
}
