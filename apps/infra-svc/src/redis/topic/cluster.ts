import { databaseFinding } from '../../database/database-finding.ts'
import type { Judged } from '../../database/judged.ts'
import { advise } from '../../database/remedies.ts'
import { counted } from '../../database/words.ts'
import type { Finding } from '../../finding/finding.ts'
import { parseInfo, type Info } from '../info.ts'
import { plainText } from '../plain-text.ts'
import { part, unknownOf, type Part, type RedisAround, type RedisTopic } from '../redis-topic.ts'
import { lookInto } from '../remedies.ts'

const slots = 16_384

export interface Cluster {
  readonly info: Info
  /** What CLUSTER INFO says; null where it is no member of a cluster. */
  readonly member: Part<Info | null>
}

/** How the cluster that it belongs to is, or the primaries that it watches as a Sentinel. */
export const cluster: RedisTopic<Cluster> = {
  name: 'cluster',
  rules: ['redis-cluster-down', 'redis-cluster-slots', 'redis-sentinel-primary'],
  isHeavy: false,
  read: async ({ info: readInfo, ask, user }) => {
    const info = readInfo()
    const isMember = info.text('redis_mode') === 'cluster' || info.text('server_mode') === 'cluster'
    return {
      info,
      member: await part('how its cluster is', user, async () =>
        isMember ? parseInfo(String(await ask('CLUSTER INFO'))) : null,
      ),
    }
  },
  judge: ({ info, member }, around): Judged => {
    const primaries = info.groups('master').filter(({ name }) => /^\d+$/.test(name))
    const mode = info.text('redis_mode') ?? info.text('server_mode')
    return {
      says: saysOf(mode, member.value, primaries.length),
      tables: [modeTable(mode, member.value, primaries)],
      findings: [...(member.value ? memberFindings(member.value, around) : []), ...watched(primaries, around)],
      unknown: unknownOf(member),
    }
  },
}

function saysOf(mode: string | null, member: Info | null, primaries: number): string {
  if (member) return `its cluster is ${plainText(member.text('cluster_state') ?? 'in an unknown state')}`
  if (mode === 'sentinel') return `a Sentinel that watches ${counted(primaries, 'primary', 'primaries')}`
  return mode === 'cluster' ? '' : 'it stands alone'
}

function memberFindings(member: Info, around: RedisAround): Finding[] {
  const state = member.text('cluster_state')
  const assigned = member.number('cluster_slots_assigned')
  const failed = (member.number('cluster_slots_fail') ?? 0) + (member.number('cluster_slots_pfail') ?? 0)
  const evidence = {
    'CLUSTER INFO cluster_state': state,
    'CLUSTER INFO cluster_slots_assigned': assigned,
    'CLUSTER INFO cluster_slots_fail': member.number('cluster_slots_fail'),
    'CLUSTER INFO cluster_slots_pfail': member.number('cluster_slots_pfail'),
    'CLUSTER INFO cluster_known_nodes': member.number('cluster_known_nodes'),
  }
  const missing = assigned === null ? 0 : slots - assigned
  const told = [
    ...(missing > 0 ? [`${missing} of its ${slots} slots belong to nobody`] : []),
    ...(failed > 0 ? [`${failed} are of nodes that do not answer`] : []),
  ].join(', and ')
  const remedies = [
    lookInto(around.redis, 'See which nodes do not answer', 'CLUSTER', 'NODES'),
    advise('Start the nodes that are missing, or give their slots to others', 'which keys can be used'),
  ]
  if (state === 'fail') {
    const because = `its cluster is down${told === '' ? '' : `: ${told}`}`
    return [
      databaseFinding(around, {
        ...{ rule: 'redis-cluster-down', severity: 'critical', kind: 'Database', object: around.name },
        ...{ reason: 'ClusterDown', summary: `Commands are refused, for ${because}.`, evidence, remedies, because },
      }),
    ]
  }
  if (told === '') return []
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-cluster-slots', severity: 'warning', kind: 'Database', object: around.name },
      ...{ reason: 'ClusterSlotsUncovered', summary: `Of its cluster ${told}.`, evidence, remedies, because: told },
    }),
  ]
}

const watched = (primaries: ReturnType<Info['groups']>, around: RedisAround): Finding[] =>
  primaries
    .filter((each) => each.text('status') !== 'ok')
    .map((each) => {
      const name = plainText(each.text('name') ?? each.name)
      const status = plainText(each.text('status') ?? 'unknown')
      return databaseFinding(around, {
        ...{ rule: 'redis-sentinel-primary', severity: status === 'odown' ? 'critical' : 'warning', kind: 'Database' },
        ...{ object: around.name, part: name, reason: 'PrimaryDown' },
        summary: `The Sentinel holds primary ${name} at ${plainText(each.text('address') ?? 'an unknown address')} for ${status}.`,
        evidence: {
          [`INFO ${name} status`]: status,
          [`INFO ${name} address`]: plainText(each.text('address') ?? ''),
          [`INFO ${name} slaves`]: each.number('slaves'),
          [`INFO ${name} sentinels`]: each.number('sentinels'),
        },
        remedies: [
          lookInto(around.redis, 'See what the Sentinel knows', 'INFO', 'sentinel'),
          advise(
            'Look at whether the primary runs, and whether enough Sentinels agree for a failover',
            'who is primary',
          ),
        ],
        because: `the Sentinel holds primary ${name} for ${status}`,
      })
    })

function modeTable(mode: string | null, member: Info | null, primaries: ReturnType<Info['groups']>) {
  const row = (what: string, value: string | null) => (value === null ? [] : [{ what, value: plainText(value) }])
  return {
    title: 'Cluster',
    columns: [
      { key: 'what', heading: 'WHAT', unit: 'text' as const },
      { key: 'value', heading: 'HOW IT IS', unit: 'text' as const },
    ],
    rows: [
      ...row('mode', mode),
      ...row('state', member?.text('cluster_state') ?? null),
      ...row('slots assigned', member?.text('cluster_slots_assigned') ?? null),
      ...row('slots failed', member?.text('cluster_slots_fail') ?? null),
      ...row('nodes known', member?.text('cluster_known_nodes') ?? null),
      ...row('primaries with slots', member?.text('cluster_size') ?? null),
      ...primaries.flatMap((each) =>
        row(
          `primary ${plainText(each.text('name') ?? each.name)}`,
          `${each.text('status')} at ${each.text('address')}`,
        ),
      ),
    ],
  }
}
