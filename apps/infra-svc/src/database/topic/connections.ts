import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { quoteIdentifier } from '../quote-sql.ts'
import { advise, alter, endSession, lookInto } from '../remedies.ts'
import { decoded, withoutLiterals } from '../statement-text.ts'
import type { Judged, Unknown } from '../judged.ts'
import type { Around, ServerFacts, Topic } from '../topic.ts'
import { monitorRight } from '../unknown.ts'
import { ageText, counted, percentText } from '../words.ts'
import { sum, tightestLimit, type Limit } from './connection-limits.ts'
import { connectionLimits, lastingSessions, sessionGroups } from './connections.sql.ts'
import { poolArithmetic } from './pool-arithmetic.ts'

export interface SessionGroup {
  readonly database: string
  readonly user: string
  readonly application: string
  /** Null where the login may not see it. */
  readonly state: string | null
  readonly sessions: number
  readonly oldestTransactionSeconds: number | null
}

export interface LastingSession {
  readonly pid: number
  readonly user: string | null
  readonly application: string
  readonly address: string | null
  readonly state: string | null
  /** For a lock: then another is to blame. */
  readonly isWaiting: boolean
  readonly backendStart: string
  readonly xactStart: string | null
  readonly queryId: string | null
  readonly since: Date
  readonly stateSeconds: number
  readonly transactionSeconds: number
  /** Sessions that wait for a lock of this one. */
  readonly blocks: number
  readonly statement: Uint8Array | null
}

export interface ConnectionLimits {
  readonly maxConnections: number
  readonly reserved: number
  readonly databaseLimit: number | null
  /** Of users that have one of their own, but the one that looks. */
  readonly userLimits: Readonly<Record<string, number>>
  readonly idleTimeout: string
}

export interface Connections {
  readonly groups: readonly SessionGroup[]
  readonly lasting: readonly LastingSession[]
  readonly limits: ConnectionLimits
}

/** Who is connected and what for, against how many may be. */
export const connections: Topic<Connections> = {
  name: 'connections',
  rules: ['db-connections-full', 'db-idle-in-transaction', 'db-long-query', 'db-pool-arithmetic'],
  isHeavy: false,
  read: async (source) => {
    const [groups, lasting, [limits]] = await Promise.all([
      source.read<SessionGroup>(sessionGroups),
      source.read<LastingSession>(lastingSessions),
      source.read<ConnectionLimits>(connectionLimits),
    ])
    return { groups, lasting, limits: limits! }
  },
  judge: (figures, around, server): Judged => {
    const { groups, limits } = figures
    const used = sum(groups)
    const limit = tightestLimit(groups, limits, server.database)
    const hidden = sum(groups.filter(({ state }) => state === null))
    return {
      says: `${limit.used} of ${limit.most} connections ${ofText(limit)}are used`,
      tables: [groupTable(groups), limitTable(figures, used)],
      findings: [
        ...nearlyFull(figures, limit, around),
        ...idleInTransaction(figures, around, server),
        ...longQueries(figures, around),
        ...poolArithmetic(limits, around),
      ],
      unknown: [
        ...(hidden > 0 && !server.isMonitor
          ? [monitorRight(`what ${counted(hidden, 'session')} of other users do`, server)]
          : []),
        ...uncountedPools(around),
      ],
    }
  },
}

const ofText = ({ of }: Limit): string => (of.kind === 'server' ? '' : `of ${of.kind} ${of.name} `)

function nearlyFull({ groups, limits }: Connections, limit: Limit, around: Around): readonly Finding[] {
  const { thresholds, place, name } = around
  const { of, used, most } = limit
  const ratio = used / Math.max(1, most)
  if (ratio < thresholds.connectionsWarning) return []
  const bound = groups.filter(({ user, database }) =>
    of.kind === 'server' ? true : of.name === (of.kind === 'user' ? user : database),
  )
  const top = Object.entries(
    Object.groupBy(bound, ({ user, application }) => `${application || 'unnamed'} (user ${user || 'unknown'})`),
  )
    .map(([who, those]) => ({ who, sessions: sum(those!), idle: sum(those!.filter(({ state }) => state === 'idle')) }))
    .toSorted((a, b) => b.sessions - a.sessions)
  const [first] = top
  const holds = first ? `; ${first.who} holds ${first.sessions} of them, ${first.idle} idle` : ''
  const isFull = ratio >= thresholds.connectionsCritical
  const whose =
    of.kind === 'server' ? 'connections that users can have' : `connections that ${of.kind} ${of.name} may have`
  return [
    databaseFinding(around, {
      ...{ rule: 'db-connections-full', severity: isFull ? 'critical' : 'warning', kind: 'Database', object: name },
      reason: isFull ? 'ConnectionsExhausted' : 'ConnectionsNearlyExhausted',
      summary: `${used} of the ${most} ${whose} are taken (${percentText(ratio)})${holds}.`,
      evidence: {
        'pg_stat_activity count': used,
        max_connections: limits.maxConnections,
        'reserved connections': limits.reserved,
        'pg_database.datconnlimit': of.kind === 'database' ? most : null,
        'pg_roles.rolconnlimit': of.kind === 'user' ? most : null,
        'by application': top
          .slice(0, 5)
          .map(({ who, sessions }) => `${who}: ${sessions}`)
          .join(', '),
      },
      remedies: [
        lookInto(
          place,
          'See who holds the connections',
          'SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC',
        ),
        advise('Make the pools of its users smaller, or put a pooler before it', 'how many connections the users open'),
        raise(limit, limits, around),
      ],
      because: `${used} of its ${most} connections ${ofText(limit)}are taken${holds}`,
    }),
  ]
}

function raise({ of, most }: Limit, { maxConnections }: ConnectionLimits, { place }: Around) {
  if (of.kind === 'server') {
    return alter(
      place,
      'Raise max_connections, after seeing that the memory suffices',
      `ALTER SYSTEM SET max_connections = ${maxConnections * 2}`,
      'how many may connect, at the next restart of the server; each takes memory',
      'ALTER SYSTEM RESET max_connections, and a restart',
    )
  }
  const limited = `ALTER ${of.kind === 'user' ? 'ROLE' : 'DATABASE'} ${quoteIdentifier(of.name)} CONNECTION LIMIT`
  return alter(
    place,
    `Raise the limit of ${of.kind} ${of.name}, where max_connections leaves room`,
    `${limited} ${most * 2}`,
    `how many connections ${of.kind} ${of.name} may have`,
    `${limited} ${most}`,
  )
}

/** Pools of users that are not counted may take what seems to be left. */
const uncountedPools = ({ poolSize, uncountedUsers }: Around): readonly Unknown[] =>
  poolSize === null || uncountedUsers.length === 0
    ? []
    : [
        {
          what: 'how many connections all its users may open',
          reason: `not counted: ${uncountedUsers.join(', ')}`,
          howToGet: 'name the workload of each component under targets.kubernetes, in a cluster that is looked at',
        },
      ]

const isIdle = ({ state }: LastingSession): boolean => state?.startsWith('idle in transaction') ?? false

function idleInTransaction({ lasting, limits }: Connections, around: Around, server: ServerFacts): readonly Finding[] {
  const { place, thresholds } = around
  return lasting
    .filter((session) => isIdle(session) && session.stateSeconds >= thresholds.idleInTransactionSeconds)
    .map((session) => {
      const { pid, user, application, stateSeconds, blocks } = session
      const owner = session.address === null ? null : around.ownerOf(session.address)
      const whose = owner ? `${owner.pod.kind} ${owner.pod.name}` : application || 'an unnamed application'
      const waits = blocks > 0 ? `, and ${counted(blocks, 'session waits', 'sessions wait')} for its locks` : ''
      const last = withoutLiterals(decoded(session.statement))
      return databaseFinding(around, {
        ...{ rule: 'db-idle-in-transaction', severity: blocks > 0 ? 'critical' : 'warning', kind: 'Session' },
        ...{ object: `pid ${pid}`, reason: 'IdleInTransaction', since: session.since },
        summary: `Session ${pid} of ${whose} has been idle in a transaction for ${ageText(stateSeconds)}${waits}.`,
        evidence: {
          'pg_stat_activity.state': session.state,
          'pg_stat_activity.state_change': `${ageText(stateSeconds)} ago`,
          'pg_stat_activity.xact_start': session.xactStart,
          'pg_stat_activity.query': last,
          'pg_stat_activity.usename': user,
          'pg_stat_activity.client_addr': session.address,
          idle_in_transaction_session_timeout: limits.idleTimeout,
        },
        remedies: [
          lookInto(
            place,
            'See what it holds',
            `SELECT relation::regclass, mode, granted FROM pg_locks WHERE pid = ${pid}`,
          ),
          advise(`Find where ${whose} leaves a transaction open after: ${last}`, 'the code of the application'),
          alter(
            place,
            'Let the server end such transactions by itself',
            `ALTER DATABASE ${quoteIdentifier(server.database)} SET idle_in_transaction_session_timeout = '60s'`,
            'new sessions of the database: those idle in a transaction for 60 s are ended',
            `ALTER DATABASE ${quoteIdentifier(server.database)} RESET idle_in_transaction_session_timeout`,
          ),
          endSession(
            place,
            session,
            blocks > 0 ? `frees ${counted(blocks, 'waiting session')}` : 'frees what it locks',
          ),
        ],
        because: `it left a transaction open ${ageText(stateSeconds)} ago${waits}`,
        involves: owner ? [owner.pod, owner.workload] : [],
      })
    })
}

function longQueries({ lasting }: Connections, around: Around): readonly Finding[] {
  const { place, thresholds } = around
  return lasting
    .filter(({ state, isWaiting }) => state === 'active' && !isWaiting)
    .filter(({ stateSeconds }) => stateSeconds >= thresholds.longQuerySeconds)
    .map((session) => {
      const statement = withoutLiterals(decoded(session.statement))
      return databaseFinding(around, {
        ...{ rule: 'db-long-query', severity: 'warning', kind: 'Session', object: `pid ${session.pid}` },
        ...{ reason: 'LongRunningQuery', since: session.since },
        summary: `Session ${session.pid} has run a statement for ${ageText(session.stateSeconds)}: ${statement}`,
        evidence: {
          'pg_stat_activity.query': statement,
          'pg_stat_activity.query_id': session.queryId,
          'pg_stat_activity.application_name': session.application,
        },
        remedies: [
          lookInto(
            place,
            'See what it waits for',
            `SELECT wait_event_type, wait_event FROM pg_stat_activity WHERE pid = ${session.pid}`,
          ),
          endSession(place, session, 'frees what it uses'),
        ],
      })
    })
}

const mostShown = 500

function groupTable(groups: readonly SessionGroup[]) {
  return {
    title: 'Sessions',
    columns: [
      { key: 'application', heading: 'APPLICATION', unit: 'text' as const },
      { key: 'user', heading: 'USER', unit: 'text' as const },
      { key: 'database', heading: 'DATABASE', unit: 'text' as const },
      { key: 'state', heading: 'STATE', unit: 'text' as const },
      { key: 'sessions', heading: 'SESSIONS', unit: 'count' as const },
      { key: 'oldestTransactionSeconds', heading: 'IN TRANSACTION', unit: 'seconds' as const },
    ],
    rows: groups.slice(0, mostShown).map((group) => ({ ...group, state: group.state ?? 'hidden' })),
  }
}

function limitTable({ limits }: Connections, used: number) {
  const row = (what: string, value: number) => ({ what, value })
  return {
    title: 'Limits',
    columns: [
      { key: 'what', heading: 'LIMIT', unit: 'text' as const },
      { key: 'value', heading: 'CONNECTIONS', unit: 'count' as const },
    ],
    rows: [
      row('used', used),
      row('max_connections', limits.maxConnections),
      row('reserved for superusers', limits.reserved),
      ...(limits.databaseLimit === null ? [] : [row('limit of this database', limits.databaseLimit)]),
    ],
  }
}
