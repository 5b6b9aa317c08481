import { databaseFinding } from '../../database/database-finding.ts'
import type { Judged } from '../../database/judged.ts'
import { advise } from '../../database/remedies.ts'
import { bytesText, counted, percentText } from '../../database/words.ts'
import type { Finding } from '../../finding/finding.ts'
import { parseClientList, type ListedClient } from '../client-list.ts'
import type { Info } from '../info.ts'
import { part, unknownOf, type Part, type RedisAround, type RedisTopic } from '../redis-topic.ts'
import { configure, lookInto } from '../remedies.ts'
import { since } from '../sample.ts'

/** The server does nothing else while it lists them. */
const mostListed = 5_000

export interface Connections {
  readonly info: Info
  readonly clients: Part<readonly ListedClient[]>
}

/** Who is connected, against how many may be. */
export const connections: RedisTopic<Connections> = {
  name: 'connections',
  rules: ['db-connections-full', 'redis-connections-rejected', 'redis-client-buffer'],
  isHeavy: false,
  read: async ({ info: readInfo, ask, user }) => {
    const info = readInfo()
    const many = info.need('connected_clients') > mostListed
    const clients = many
      ? { value: null, unknown: tooMany }
      : await part('who is connected', user, async () => parseClientList(await ask('CLIENT LIST')))
    return { info, clients }
  },
  judge: ({ info, clients }, around): Judged => {
    const used = usedOf(info)
    const most = info.number('maxclients')
    return {
      says: most === null ? `${counted(used, 'client')}` : `${used} of ${most} connections are used`,
      tables: [limitTable(info, used), ...(clients.value ? [clientTable(clients.value, around)] : [])],
      findings: [
        ...nearlyFull(info, used, clients.value ?? [], around),
        ...rejected(info, used, around),
        ...largeBuffers(clients.value ?? [], around),
      ],
      unknown: [
        ...unknownOf(clients),
        ...(most === null
          ? [{ what: 'how many may connect', reason: 'the server does not tell it', howToGet: null }]
          : []),
      ],
    }
  },
}

const tooMany = {
  ...{ what: 'who is connected', howToGet: null },
  reason: `there are more than ${mostListed} clients, and listing them holds the server up`,
}

/** Replicas take connections, and are not among its clients. */
const usedOf = (info: Info): number => info.need('connected_clients') + (info.number('connected_slaves') ?? 0)

const groupsOf = (clients: readonly ListedClient[]) =>
  Object.values(Object.groupBy(clients, ({ name, user, address }) => JSON.stringify([name, user, address])))
    .map((of) => ({ ...of![0]!, clients: of!.length, idle: Math.max(...of!.map(({ idleSeconds }) => idleSeconds)) }))
    .toSorted((a, b) => b.clients - a.clients)

function nearlyFull(info: Info, used: number, clients: readonly ListedClient[], around: RedisAround): Finding[] {
  const { thresholds, redis, name } = around
  const most = info.number('maxclients')
  if (most === null || most === 0 || used / most < thresholds.connectionsWarning) return []
  const isFull = used / most >= thresholds.connectionsCritical
  const [first] = groupsOf(clients)
  const owner = first && around.ownerOf(first.address)
  const holds = first ? `; ${owner?.pod.name ?? (first.name || first.address)} holds ${first.clients} of them` : ''
  return [
    databaseFinding(around, {
      ...{ rule: 'db-connections-full', severity: isFull ? 'critical' : 'warning', kind: 'Database', object: name },
      reason: isFull ? 'ConnectionsExhausted' : 'ConnectionsNearlyExhausted',
      summary: `${used} of the ${most} connections are taken (${percentText(used / most)})${holds}.`,
      evidence: {
        'INFO connected_clients': info.number('connected_clients'),
        'INFO maxclients': most,
        'INFO rejected_connections': info.number('rejected_connections'),
      },
      remedies: [
        lookInto(redis, 'See who holds the connections', 'CLIENT', 'LIST'),
        advise('Let each process of its users share one connection, or make their pools smaller', 'how many they open'),
        configure(
          ...([redis, 'Let the server end connections that are idle', 'timeout', '300'] as const),
          ...(['which connections it keeps: those idle for 300 s are ended', null] as const),
        ),
        configure(
          ...([redis, 'Allow more connections', 'maxclients', String(most * 2)] as const),
          ...(['how many may connect; each takes memory and a file', String(most)] as const),
        ),
      ],
      because: `${used} of its ${most} connections are taken${holds}`,
      involves: owner ? [owner.pod, owner.workload] : [],
    }),
  ]
}

function rejected(info: Info, used: number, around: RedisAround): Finding[] {
  const recent = since(around.previous, info)
  const count = recent?.counted('rejected') ?? 0
  if (count === 0) return []
  const most = info.number('maxclients')
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-connections-rejected', severity: 'critical', kind: 'Database', object: around.name },
      reason: 'ConnectionsRejected',
      summary: `${counted(count, 'connection was', 'connections were')} rejected in the last ${Math.round(recent!.seconds)} s, for there were as many as may be.`,
      evidence: {
        'INFO rejected_connections': info.number('rejected_connections'),
        'INFO connected_clients': used,
        'INFO maxclients': most,
      },
      remedies: [
        lookInto(around.redis, 'See who holds the connections', 'CLIENT', 'LIST'),
        advise('Let each process of its users share one connection, or make their pools smaller', 'how many they open'),
      ],
      because: `it rejected ${counted(count, 'connection')}, for all ${most ?? ''} are taken`,
    }),
  ]
}

const largeBuffers = (clients: readonly ListedClient[], around: RedisAround): Finding[] =>
  clients
    .filter(({ bytes }) => bytes >= around.thresholds.clientBytes)
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 5)
    .map(({ id, name, address, bytes }) => {
      const owner = around.ownerOf(address)
      const whose = owner?.pod.name ?? (name || address)
      return databaseFinding(around, {
        ...{ rule: 'redis-client-buffer', severity: 'warning', kind: 'Session', object: `client ${id}` },
        reason: 'ClientBufferLarge',
        summary: `Client ${id} of ${whose} holds ${bytesText(bytes)} of the server's memory: it asks for more than it reads.`,
        evidence: { 'CLIENT LIST tot-mem': bytes, 'CLIENT LIST addr': address, 'CLIENT LIST name': name || null },
        remedies: [
          lookInto(around.redis, 'See what it does', 'CLIENT', 'LIST', 'ID', id),
          advise(
            `Find what ${whose} subscribes to or reads at once, and let it read less`,
            'the code of the application',
          ),
        ],
        involves: owner ? [owner.pod, owner.workload] : [],
      })
    })

function clientTable(clients: readonly ListedClient[], around: RedisAround) {
  return {
    title: 'Clients',
    columns: [
      { key: 'name', heading: 'NAME', unit: 'text' as const },
      { key: 'address', heading: 'ADDRESS', unit: 'text' as const },
      { key: 'pod', heading: 'POD', unit: 'text' as const },
      { key: 'user', heading: 'USER', unit: 'text' as const },
      { key: 'clients', heading: 'CLIENTS', unit: 'count' as const },
      { key: 'idle', heading: 'IDLE', unit: 'seconds' as const },
    ],
    rows: groupsOf(clients)
      .slice(0, 200)
      .map(({ name, address, user, clients: count, idle }) => ({
        ...{ name, address, user, clients: count, idle, pod: around.ownerOf(address)?.pod.name ?? '' },
      })),
  }
}

function limitTable(info: Info, used: number) {
  const row = (what: string, value: number | null) => (value === null ? [] : [{ what, value }])
  return {
    title: 'Limits',
    columns: [
      { key: 'what', heading: 'CONNECTIONS', unit: 'text' as const },
      { key: 'value', heading: 'COUNT', unit: 'count' as const },
    ],
    rows: [
      ...row('used', used),
      ...row('maxclients', info.number('maxclients')),
      ...row('blocked', info.number('blocked_clients')),
      ...row('rejected since the start', info.number('rejected_connections')),
    ],
  }
}
