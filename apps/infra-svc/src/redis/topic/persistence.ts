import { databaseFinding } from '../../database/database-finding.ts'
import type { Judged } from '../../database/judged.ts'
import { advise } from '../../database/remedies.ts'
import { ageText, counted } from '../../database/words.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Info } from '../info.ts'
import { part, settings, unknownOf, type Part, type RedisAround, type RedisTopic } from '../redis-topic.ts'
import { lookInto } from '../remedies.ts'

export interface Persistence {
  readonly info: Info
  readonly settings: Part<Readonly<Record<string, string>>>
}

/** Whether what it holds reaches the disk. */
export const persistence: RedisTopic<Persistence> = {
  name: 'persistence',
  rules: ['redis-save-failing', 'redis-aof-failing'],
  isHeavy: false,
  read: async (source) => {
    const info = source.info()
    const read = () => settings(source, ['save', 'stop-writes-on-bgsave-error'])
    return {
      info,
      settings: await part('when it saves, and whether it refuses writes after a failure', source.user, read),
    }
  },
  judge: ({ info, settings: set }, around): Judged => {
    const savedAt = info.need('rdb_last_save_time') * 1_000
    const unsaved = info.number('rdb_changes_since_last_save')
    const isAof = info.number('aof_enabled') === 1
    return {
      says: saysOf(set.value, isAof, savedAt, around),
      tables: [table(info, savedAt)],
      findings: [...saveFailing(info, set.value, unsaved, savedAt, around), ...aofFailing(info, isAof, around)],
      unknown: unknownOf(set),
    }
  },
}

function saysOf(
  set: Readonly<Record<string, string>> | null,
  isAof: boolean,
  savedAt: number,
  { nowMs }: RedisAround,
): string {
  if (isAof) return 'each write is appended to a file'
  if (set?.['save'] === '') return 'nothing is saved: what it holds is lost with it'
  return `saved ${ageText(Math.max(0, nowMs - savedAt) / 1_000)} ago, or started then`
}

function saveFailing(
  info: Info,
  set: Readonly<Record<string, string>> | null,
  unsaved: number | null,
  savedAt: number,
  around: RedisAround,
): Finding[] {
  if (info.text('rdb_last_bgsave_status') !== 'err') return []
  const isSaving = set?.['save'] !== ''
  // By default it refuses writes then, where it is to save by itself.
  const refuses = isSaving && set?.['stop-writes-on-bgsave-error'] !== 'no'
  const age = ageText(Math.max(0, around.nowMs - savedAt) / 1_000)
  const lost = unsaved === null ? '' : `; ${counted(unsaved, 'change')} would be lost with it`
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-save-failing', severity: refuses ? 'critical' : 'warning', kind: 'Database' },
      ...{ object: around.name, reason: refuses ? 'WritesRefused' : 'SaveFailed', since: new Date(savedAt) },
      summary: `Its last save failed; the last that did not was ${age} ago${lost}.${refuses ? (set ? ' It refuses writes until one succeeds.' : ' Unless it was told otherwise it refuses writes until one succeeds.') : ''}`,
      evidence: {
        'INFO rdb_last_bgsave_status': 'err',
        'INFO rdb_changes_since_last_save': unsaved,
        'CONFIG save': set?.['save'] ?? null,
        'CONFIG stop-writes-on-bgsave-error': set?.['stop-writes-on-bgsave-error'] ?? null,
      },
      remedies: [
        lookInto(around.redis, 'See how its saves go', 'INFO', 'persistence'),
        advise(
          'Look at its log, at the space and rights of its folder, and at whether the machine has memory for a fork',
          'what keeps it from saving',
        ),
        advise('Save again when that is mended: BGSAVE', 'what is on the disk'),
      ],
      because: refuses ? 'it cannot save, and refuses writes' : 'it cannot save',
    }),
  ]
}

function aofFailing(info: Info, isAof: boolean, around: RedisAround): Finding[] {
  if (!isAof) return []
  const writes = info.text('aof_last_write_status')
  const rewrites = info.text('aof_last_bgrewrite_status')
  if (writes !== 'err' && rewrites !== 'err') return []
  const isCritical = writes === 'err'
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-aof-failing', severity: isCritical ? 'critical' : 'warning', kind: 'Database' },
      ...{ object: around.name, reason: isCritical ? 'WritesRefused' : 'RewriteFailed' },
      summary: isCritical
        ? 'Its append-only file cannot be written, and it refuses writes until it can.'
        : 'Its append-only file could not be rewritten: it grows, and the next start takes longer.',
      evidence: { 'INFO aof_last_write_status': writes, 'INFO aof_last_bgrewrite_status': rewrites },
      remedies: [
        lookInto(around.redis, 'See how it is written', 'INFO', 'persistence'),
        advise('Look at its log, and at the space and rights of its folder', 'what keeps it from writing'),
      ],
      because: isCritical ? 'its append-only file cannot be written, and it refuses writes' : null,
    }),
  ]
}

function table(info: Info, savedAt: number) {
  const row = (what: string, value: string | null) => (value === null ? [] : [{ what, value }])
  const seconds = info.number('rdb_last_bgsave_time_sec')
  const fork = info.number('latest_fork_usec')
  return {
    title: 'Persistence',
    columns: [
      { key: 'what', heading: 'WHAT', unit: 'text' as const },
      { key: 'value', heading: 'HOW IT IS', unit: 'text' as const },
    ],
    rows: [
      ...row('last save', info.text('rdb_last_bgsave_status')),
      ...row('saved, or started', new Date(savedAt).toISOString()),
      ...row('changes since then', info.text('rdb_changes_since_last_save')),
      ...row('the last save took', seconds === null || seconds < 0 ? null : ageText(seconds)),
      ...row('the last fork took', fork === null ? null : `${Math.round(fork / 1_000)} ms`),
      ...row('append-only file', info.text('aof_enabled') === '1' ? 'on' : 'off'),
      ...row('its last write', info.text('aof_last_write_status')),
      ...row('its last rewrite', info.text('aof_last_bgrewrite_status')),
    ],
  }
}
