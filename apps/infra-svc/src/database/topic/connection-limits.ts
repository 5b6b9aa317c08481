import type { ConnectionLimits, SessionGroup } from './connections.ts'

/** How many connections there may be, and are, of the server, of a database or of a user. */
export interface Limit {
  readonly of: { readonly kind: 'server' | 'database' | 'user'; readonly name: string }
  readonly used: number
  readonly most: number
  readonly idle: number
}

/** The limit that is reached first. Those of a database and a user do not bind superusers, who may be among the sessions. */
export function tightestLimit(
  groups: readonly SessionGroup[],
  { maxConnections, reserved, databaseLimit, userLimits }: ConnectionLimits,
  database: string,
): Limit {
  const limit = (of: Limit['of'], most: number, those: readonly SessionGroup[]): Limit => ({
    ...{ of, most, used: sum(those), idle: sum(those.filter(({ state }) => state === 'idle')) },
  })
  const ofUser = (name: string) => groups.filter((group) => group.user === name)
  const all = [
    limit({ kind: 'server', name: '' }, maxConnections - reserved, groups),
    ...(databaseLimit === null
      ? []
      : [
          limit(
            { kind: 'database', name: database },
            databaseLimit,
            groups.filter((group) => group.database === database),
          ),
        ]),
    ...Object.entries(userLimits).map(([name, most]) => limit({ kind: 'user', name }, most, ofUser(name))),
  ]
  return all.reduce((a, b) => (b.used * Math.max(1, a.most) > a.used * Math.max(1, b.most) ? b : a))
}

export const sum = (groups: readonly SessionGroup[]): number =>
  groups.reduce((total, { sessions }) => total + sessions, 0)
