import { databaseFinding } from '../../database/database-finding.ts'
import type { Judged } from '../../database/judged.ts'
import { advise } from '../../database/remedies.ts'
import { bytesText, counted, percentText } from '../../database/words.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Info } from '../info.ts'
import { plainText } from '../plain-text.ts'
import type { RedisAround, RedisTopic } from '../redis-topic.ts'
import { configure, lookInto } from '../remedies.ts'
import { errorsOf, since } from '../sample.ts'

/** What it holds in memory, against what it may. */
export const memory: RedisTopic<Info> = {
  name: 'memory',
  rules: ['redis-memory-full', 'redis-memory-fragmented', 'redis-memory-swapped', 'redis-memory-unlimited'],
  isHeavy: false,
  read: async ({ info }) => info(),
  judge: (info, around): Judged => {
    const used = info.need('used_memory')
    const limit = info.need('maxmemory')
    return {
      says:
        limit === 0
          ? `${bytesText(used)} are used, without a limit`
          : `${bytesText(used)} of ${bytesText(limit)} are used; ${policyOf(info)}`,
      tables: [memoryTable(info), holdingTable(info)],
      findings: [
        ...full(info, used, limit, around),
        ...fragmented(info, used, around),
        ...swapped(info, used, around),
        ...unlimited(info, used, limit, around),
      ],
      unknown: [],
    }
  },
}

const policyOf = (info: Info): string => info.text('maxmemory_policy') ?? 'unknown policy'

/** Whether nothing is thrown away when the memory ends: then writes are refused. */
function keepsAll(info: Info): boolean {
  const policy = policyOf(info)
  const expiring = info.groups('db').reduce((total, each) => total + (each.number('expires') ?? 0), 0)
  return policy === 'noeviction' || (policy.startsWith('volatile-') && expiring === 0)
}

function full(info: Info, used: number, limit: number, around: RedisAround): Finding[] {
  const { thresholds, redis, name } = around
  if (limit === 0 || !keepsAll(info)) return []
  // As the server itself holds it against the limit.
  const held = used - (info.number('mem_not_counted_for_evict') ?? 0)
  const ratio = held / limit
  if (ratio < thresholds.memoryWarning) return []
  const recent = since(around.previous, info)
  const refused = recent ? (recent.counted('refused') ?? 0) : errorsOf(info, 'OOM')
  const isFull = ratio >= 1 || (ratio >= thresholds.memoryCritical && refused > 0)
  const told =
    refused === 0
      ? ''
      : `; ${counted(refused, 'write was', 'writes were')} refused ${recent ? `in the last ${Math.round(recent.seconds)} s` : 'since its start'}`
  const why = policyOf(info) === 'noeviction' ? 'noeviction' : `${policyOf(info)} and no key that expires`
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-memory-full', severity: isFull ? 'critical' : 'warning', kind: 'Database', object: name },
      reason: isFull ? 'WritesRefused' : 'MemoryNearlyFull',
      summary: `${bytesText(held)} of its ${bytesText(limit)} are used (${percentText(Math.min(ratio, 1))}), and with ${why} it ${isFull ? 'refuses writes' : 'will refuse writes'}${told}.`,
      evidence: {
        'INFO used_memory': used,
        'INFO maxmemory': limit,
        'INFO maxmemory_policy': policyOf(info),
        'INFO errorstat_OOM': errorsOf(info, 'OOM'),
      },
      remedies: [
        lookInto(redis, 'See what takes the memory', 'MEMORY', 'STATS'),
        configure(
          ...([redis, 'Raise the limit, where the machine has the memory', 'maxmemory', String(limit * 2)] as const),
          ...(['how much it may hold; what its configuration file says holds after a restart', String(limit)] as const),
        ),
        advise('Let keys expire that are not needed for ever', 'the code of the application'),
        {
          ...configure(
            ...([redis, 'Let it evict keys, only where it is a cache', 'maxmemory-policy', 'allkeys-lru'] as const),
            ...(['what is thrown away: keys that are evicted are lost', policyOf(info)] as const),
          ),
          isDestructive: true,
        },
      ],
      because: isFull ? `its memory is full, and it refuses writes` : null,
    }),
  ]
}

function fragmented(info: Info, used: number, around: RedisAround): Finding[] {
  const { thresholds, redis, name } = around
  const resident = info.number('used_memory_rss')
  if (resident === null || used === 0) return []
  const wasted = resident - used
  if (resident / used < thresholds.fragmentation || wasted < thresholds.wastedBytes) return []
  const canDefragment = info.text('mem_allocator')?.startsWith('jemalloc') ?? false
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-memory-fragmented', severity: 'warning', kind: 'Database', object: name },
      reason: 'MemoryFragmented',
      summary: `It takes ${bytesText(resident)} of the machine for ${bytesText(used)}: ${bytesText(wasted)} lie in gaps.`,
      evidence: {
        'INFO used_memory_rss': resident,
        'INFO used_memory': used,
        'INFO mem_fragmentation_ratio': info.number('mem_fragmentation_ratio'),
        'INFO used_memory_peak': info.number('used_memory_peak'),
        'INFO mem_allocator': info.text('mem_allocator'),
      },
      remedies: [
        lookInto(redis, 'See what the server makes of it', 'MEMORY', 'DOCTOR'),
        ...(canDefragment
          ? [
              configure(
                ...([redis, 'Let it move what it holds together', 'activedefrag', 'yes'] as const),
                ...([
                  'how it uses memory, at the cost of some time',
                  info.number('active_defrag_running') ? 'yes' : 'no',
                ] as const),
              ),
            ]
          : [advise('Restart it at a quiet time, its replicas first', 'where its data lies in memory')]),
      ],
    }),
  ]
}

function swapped(info: Info, used: number, around: RedisAround): Finding[] {
  const { thresholds, redis, name } = around
  const resident = info.number('used_memory_rss')
  if (resident === null || used < thresholds.wastedBytes || resident / used >= thresholds.swappedRatio) return []
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-memory-swapped', severity: 'warning', kind: 'Database', object: name, reason: 'MemorySwapped' },
      summary: `It holds ${bytesText(used)}, and only ${bytesText(resident)} of that are in memory: the rest was swapped out.`,
      evidence: { 'INFO used_memory': used, 'INFO used_memory_rss': resident },
      remedies: [
        lookInto(redis, 'See what the server makes of it', 'MEMORY', 'DOCTOR'),
        advise('Give the machine more memory, or move what else runs on it', 'what is swapped out'),
      ],
      because: `${bytesText(used - resident)} of what it holds were swapped out`,
    }),
  ]
}

function unlimited(info: Info, used: number, limit: number, around: RedisAround): Finding[] {
  const { thresholds, redis, name } = around
  const machine = around.memoryBytes ?? info.number('total_system_memory')
  if (limit !== 0) return []
  const isNear = machine !== null && machine > 0 && used / machine >= thresholds.machineMemory
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-memory-unlimited', severity: isNear ? 'warning' : 'info', kind: 'Database', object: name },
      reason: 'MemoryUnlimited',
      summary: `It has no limit of memory: when the machine or the container has no more, it is killed with all that it holds. ${bytesText(used)}${machine === null ? '' : ` of the machine's ${bytesText(machine)}`} are used.`,
      evidence: { 'INFO maxmemory': 0, 'INFO used_memory': used, 'INFO total_system_memory': machine },
      remedies: [
        lookInto(redis, 'See what takes the memory', 'MEMORY', 'STATS'),
        advise(
          'Set maxmemory below what its container or machine has, and a policy that fits what it is for',
          'when it refuses writes, or evicts',
        ),
      ],
    }),
  ]
}

function memoryTable(info: Info) {
  const row = (what: string, field: string) => {
    const bytes = info.number(field)
    return bytes === null ? [] : [{ what, bytes }]
  }
  return {
    title: 'Memory',
    columns: [
      { key: 'what', heading: 'WHAT', unit: 'text' as const },
      { key: 'bytes', heading: 'SIZE', unit: 'bytes' as const },
    ],
    rows: [
      ...row('used', 'used_memory'),
      ...row('limit (maxmemory; 0 is none)', 'maxmemory'),
      ...row('most that was used', 'used_memory_peak'),
      ...row('taken from the machine', 'used_memory_rss'),
      ...row('memory of the machine', 'total_system_memory'),
      ...row('data', 'used_memory_dataset'),
      ...row('clients', 'mem_clients_normal'),
      ...row('replicas', 'mem_clients_slaves'),
      ...row('replication backlog', 'mem_replication_backlog'),
      ...row('scripts', 'used_memory_scripts'),
    ],
  }
}

function holdingTable(info: Info) {
  const row = (what: string, value: string | null) => (value === null ? [] : [{ what, value: plainText(value) }])
  return {
    title: 'How it is held',
    columns: [
      { key: 'what', heading: 'WHAT', unit: 'text' as const },
      { key: 'value', heading: 'HOW IT IS', unit: 'text' as const },
    ],
    rows: [
      ...row('when the limit is reached (maxmemory-policy)', info.text('maxmemory_policy')),
      ...row('taken from the machine, for each byte used', info.text('mem_fragmentation_ratio')),
      ...row('allocator', info.text('mem_allocator')),
    ],
  }
}
