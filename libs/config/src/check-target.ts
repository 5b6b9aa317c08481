import { isIP } from 'node:net'
import type { CheckKindName } from './check.ts'

/** Why a target cannot be checked, in words for the person who gave it. */
export class TargetError extends Error {
  override readonly name = 'TargetError'
}

/** Kinds that go to a target; the other two wait for something to come. */
export type ActiveCheckKind = Exclude<CheckKindName, 'heartbeat' | 'reported'>

const defaultPorts: Readonly<Partial<Record<ActiveCheckKind, number>>> = { tls: 443, smtp: 25, kafka: 9092 }

/** The fields that say where a check of `kind` goes, read from one word: a URL, or `host:port`.
 *  @throws TargetError when the word does not fit the kind. */
export function fieldsOfTarget(kind: ActiveCheckKind, target: string): Record<string, unknown> {
  switch (kind) {
    case 'http':
    case 'postgres':
    case 'redis':
      return { url: target }
    case 'openai':
      return { baseUrl: target }
    case 'dns':
      return nameToResolve(target)
    case 'kafka':
      return {
        brokers: target
          .replace(/^kafka:\/\//, '')
          .split(',')
          .map((broker) => joined(hostAndPort(kind, broker))),
      }
    case 'tcp':
    case 'tls':
    case 'smtp':
    case 'grpc':
      return hostAndPort(kind, target)
  }
}

const kindsByScheme: Readonly<Record<string, ActiveCheckKind>> = {
  http: 'http',
  https: 'http',
  postgres: 'postgres',
  postgresql: 'postgres',
  redis: 'redis',
  rediss: 'redis',
  tcp: 'tcp',
  tls: 'tls',
  dns: 'dns',
  smtp: 'smtp',
  kafka: 'kafka',
  grpc: 'grpc',
}

/** The kind of check that the scheme of a URL asks for.
 *  @throws TargetError when there is none. The URL is not repeated: it may hold a password. */
export function kindOfUrl(url: string): ActiveCheckKind {
  const scheme = /^([a-z]+):\/\//i.exec(url)?.[1]?.toLowerCase()
  const kind = scheme === undefined ? undefined : kindsByScheme[scheme]
  if (kind !== undefined) return kind
  const schemes = Object.keys(kindsByScheme)
    .map((name) => `${name}://`)
    .join(', ')
  throw new TargetError(
    scheme === undefined
      ? `the target is not a URL; it must start with one of ${schemes}`
      : `the target has the scheme ${scheme}://, which cannot be watched; these can: ${schemes}`,
  )
}

function nameToResolve(target: string): { host: string } {
  const host = target.replace(/^dns:\/\//, '').replace(/\/$/, '')
  if (host === '') throw new TargetError('a dns target is a name to resolve, as example.org')
  return { host }
}

function hostAndPort(kind: ActiveCheckKind, target: string): { host: string; port: number } {
  const bare = target.replace(new RegExp(`^${kind}://`), '').replace(/\/$/, '')
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:/\s]+))(?::(\d{1,5}))?$/.exec(bare)
  const host = match?.[1] ?? match?.[2] ?? (isIP(bare) === 6 ? bare : undefined)
  const port = match?.[3] === undefined ? defaultPorts[kind] : Number(match[3])
  if (host === undefined || port === undefined) {
    throw new TargetError(`a ${kind} target is written host:port, as db.example.org:5432`)
  }
  if (port < 1 || port > 65_535) throw new TargetError(`the port of a ${kind} target is from 1 to 65535`)
  return { host, port }
}

function joined({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
