import { databaseFinding } from '../../database/database-finding.ts'
import type { Judged } from '../../database/judged.ts'
import { advise } from '../../database/remedies.ts'
import { ageText, bytesText, counted } from '../../database/words.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Info, InfoGroup } from '../info.ts'
import { plainText } from '../plain-text.ts'
import { part, settings, unknownOf, type Part, type RedisAround, type RedisTopic } from '../redis-topic.ts'
import { lookInto } from '../remedies.ts'

export interface Replication {
  readonly info: Info
  readonly settings: Part<Readonly<Record<string, string>>>
}

interface Replica {
  readonly name: string
  readonly state: string
  /** Since it last acknowledged. */
  readonly lagSeconds: number | null
  readonly behindBytes: number | null
}

/** Whether its replicas follow, or it follows its primary. */
export const replication: RedisTopic<Replication> = {
  name: 'replication',
  rules: ['redis-replica-link', 'redis-replica-lag', 'redis-replicas-missing'],
  isHeavy: false,
  read: async (source) => {
    const info = source.info()
    const read = () => settings(source, ['min-replicas-to-write'])
    return { info, settings: await part('how many replicas must follow for a write', source.user, read) }
  },
  judge: ({ info, settings: set }, around): Judged => {
    const role = info.text('role')
    if (role === null) return { says: '', tables: [], findings: [], unknown: [notTold] }
    const isReplica = role === 'slave'
    const replicas = replicasOf(info)
    return {
      says: isReplica ? `a replica of ${primaryOf(info)}` : `a primary with ${counted(replicas.length, 'replica')}`,
      tables: [isReplica ? linkTable(info) : replicaTable(replicas)],
      findings: [
        ...(isReplica ? linkDown(info, around) : []),
        ...lagging(replicas, around),
        ...tooFew(info, set.value, replicas, around),
      ],
      unknown: unknownOf(set),
    }
  },
}

const notTold = { what: 'its role', reason: 'the server does not tell role', howToGet: null }

const primaryOf = (info: Info): string =>
  plainText(`${info.text('master_host') ?? 'unknown'}:${info.text('master_port') ?? '?'}`)

const replicasOf = (info: Info): readonly Replica[] =>
  info.groups('slave').flatMap((each: InfoGroup): Replica[] => {
    const address = each.text('ip')
    if (!/^\d+$/.test(each.name) || address === null) return []
    const [own, its] = [info.number('master_repl_offset'), each.number('offset')]
    const isOnline = each.text('state') === 'online'
    return [
      {
        ...{
          name: plainText(`${address}:${each.text('port') ?? '?'}`),
          state: plainText(each.text('state') ?? 'unknown'),
        },
        lagSeconds: isOnline ? each.number('lag') : null,
        behindBytes: own === null || its === null || !isOnline ? null : Math.max(0, own - its),
      },
    ]
  })

function linkDown(info: Info, around: RedisAround): Finding[] {
  if (info.text('master_link_status') !== 'down') return []
  const seconds = info.number('master_link_down_since_seconds')
  const isCopying = info.number('master_sync_in_progress') === 1
  // Before it was ever linked the server tells -1.
  const age = seconds === null || seconds < 0 ? 'since its start' : `for ${ageText(seconds)}`
  const primary = primaryOf(info)
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-replica-link', severity: isCopying ? 'warning' : 'critical', kind: 'Database' },
      ...{ object: around.name, reason: isCopying ? 'ReplicaCopying' : 'ReplicaLinkDown' },
      since: seconds === null || seconds < 0 ? null : new Date(around.nowMs - seconds * 1_000),
      summary: isCopying
        ? `It copies all that its primary ${primary} holds, and serves what it had ${age}.`
        : `Its link to its primary ${primary} has been down ${age}: what it serves is as old as that.`,
      evidence: {
        'INFO master_link_status': 'down',
        'INFO master_host': primary,
        'INFO master_link_down_since_seconds': seconds,
        'INFO master_sync_in_progress': info.number('master_sync_in_progress'),
      },
      remedies: [
        lookInto(around.redis, 'See how the link is', 'INFO', 'replication'),
        advise(
          `Look at whether ${primary} runs and can be reached from it, and at masterauth and masteruser`,
          'why they are not linked',
        ),
      ],
      because: isCopying ? null : `its link to its primary ${primary} is down`,
    }),
  ]
}

function lagging(replicas: readonly Replica[], around: RedisAround): Finding[] {
  const { thresholds, redis } = around
  return replicas
    .filter(
      ({ lagSeconds, behindBytes }) =>
        (lagSeconds ?? 0) >= thresholds.replicaLagSeconds || (behindBytes ?? 0) >= thresholds.replicaLagBytes,
    )
    .map(({ name, lagSeconds, behindBytes, state }) =>
      databaseFinding(around, {
        ...{ rule: 'redis-replica-lag', severity: 'warning', kind: 'Replica', object: name, reason: 'ReplicaLag' },
        summary: `Replica ${name} is ${bytesText(behindBytes ?? 0)} behind, and last acknowledged ${ageText(lagSeconds ?? 0)} ago.`,
        evidence: { 'INFO slave lag': lagSeconds, 'bytes behind': behindBytes, 'INFO slave state': state },
        remedies: [
          lookInto(redis, 'See how its replicas follow', 'INFO', 'replication'),
          advise('Look at the load of the replica and at the network between', 'how fast it follows'),
        ],
        because: `it is ${bytesText(behindBytes ?? 0)} behind`,
      }),
    )
}

function tooFew(
  info: Info,
  set: Readonly<Record<string, string>> | null,
  replicas: readonly Replica[],
  around: RedisAround,
): Finding[] {
  const wanted = Number(set?.['min-replicas-to-write'] ?? 0)
  const good = info.number('min_slaves_good_slaves')
  if (wanted === 0 || good === null || good >= wanted || info.text('role') !== 'master') return []
  const because = `${good} of the ${wanted} replicas that it wants follow, and it refuses writes`
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-replicas-missing', severity: 'critical', kind: 'Database', object: around.name },
      reason: 'WritesRefused',
      summary: `Only ${because}.`,
      evidence: {
        'CONFIG min-replicas-to-write': wanted,
        'INFO min_slaves_good_slaves': good,
        'replicas that are linked': replicas.length,
      },
      remedies: [
        lookInto(around.redis, 'See how its replicas follow', 'INFO', 'replication'),
        advise('Start the replicas that are missing, or mend the way to them', 'whether writes are taken'),
      ],
      because,
    }),
  ]
}

const replicaTable = (replicas: readonly Replica[]) => ({
  title: 'Replicas',
  columns: [
    { key: 'name', heading: 'REPLICA', unit: 'text' as const },
    { key: 'state', heading: 'STATE', unit: 'text' as const },
    { key: 'lagSeconds', heading: 'ACKNOWLEDGED', unit: 'seconds' as const },
    { key: 'behindBytes', heading: 'BEHIND', unit: 'bytes' as const },
  ],
  rows: replicas.map((each) => ({ ...each })),
})

const linkTable = (info: Info) => ({
  title: 'Link to the primary',
  columns: [
    { key: 'primary', heading: 'PRIMARY', unit: 'text' as const },
    { key: 'state', heading: 'LINK', unit: 'text' as const },
    { key: 'heardSeconds', heading: 'HEARD', unit: 'seconds' as const },
  ],
  rows: [
    {
      primary: primaryOf(info),
      state: plainText(info.text('master_link_status') ?? 'unknown'),
      heardSeconds: heard(info.number('master_last_io_seconds_ago')),
    },
  ],
})

const heard = (seconds: number | null): number | null => (seconds === null || seconds < 0 ? null : seconds)
