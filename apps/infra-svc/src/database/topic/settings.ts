import type { Finding, Severity } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise, alter, lookInto } from '../remedies.ts'
import type { Judged } from '../judged.ts'
import type { Around, Topic } from '../topic.ts'
import { memoryFindings, type MemoryShares } from './memory-settings.ts'
import { memoryShares, settingValues } from './settings.sql.ts'

export interface Setting {
  readonly name: string
  readonly value: string
  readonly unit: string
  readonly usual: string | null
  readonly source: string
  /** It was changed, and holds after a restart only. */
  readonly isPending: boolean
}

export interface Settings {
  readonly all: readonly Setting[]
  readonly memory: MemoryShares
}

interface Rule {
  readonly isBad: (value: string) => boolean
  readonly severity: Severity
  readonly why: string
  readonly better: string
  /** It needs a restart. */
  readonly isFixed?: true
}

const isOff = (value: string): boolean => value === 'off'
const isOn = (value: string): boolean => value === 'on'

/** Settings that lose rows, hide troubles or let one session keep all others waiting. */
const rules: Readonly<Record<string, Rule>> = {
  fsync: { isBad: isOff, severity: 'critical', why: 'a crash of the machine destroys the database', better: 'on' },
  full_page_writes: {
    isBad: isOff,
    severity: 'critical',
    why: 'a crash of the machine can destroy pages',
    better: 'on',
  },
  zero_damaged_pages: {
    isBad: isOn,
    severity: 'critical',
    why: 'rows of damaged pages are thrown away',
    better: 'off',
  },
  autovacuum: { isBad: isOff, severity: 'warning', why: 'dead rows stay, and transaction ids run out', better: 'on' },
  track_counts: { isBad: isOff, severity: 'warning', why: 'autovacuum does not know what to do', better: 'on' },
  track_activities: { isBad: isOff, severity: 'warning', why: 'nobody sees what sessions do', better: 'on' },
  idle_in_transaction_session_timeout: {
    ...{ isBad: (value) => value === '0', severity: 'info', better: '60s' },
    why: 'a transaction that is forgotten keeps its locks for ever',
  },
  log_lock_waits: { isBad: isOff, severity: 'info', why: 'long waits for locks are not logged', better: 'on' },
  track_io_timing: { isBad: isOff, severity: 'info', why: 'the time that disks take is not counted', better: 'on' },
  password_encryption: {
    ...{ isBad: (value) => value !== 'scram-sha-256', severity: 'info', better: 'scram-sha-256' },
    why: 'new passwords are stored by MD5',
  },
  max_connections: {
    ...{ isBad: (value) => Number(value) > 1_000, severity: 'info', better: '200', isFixed: true },
    why: 'each session takes memory; a pooler before it needs fewer',
  },
}

/** Settings that are wrong. */
export const settings: Topic<Settings> = {
  name: 'settings',
  rules: ['db-setting', 'db-setting-pending'],
  isHeavy: false,
  read: async ({ read }) => {
    const [all, [memory]] = await Promise.all([
      read<Setting>(settingValues(Object.keys(rules))),
      read<MemoryShares>(memoryShares),
    ])
    return { all, memory: memory! }
  },
  judge: ({ all, memory }, around): Judged => {
    const findings = [
      ...all.flatMap((setting) => [...wrong(setting, around), ...pending(setting, around)]),
      ...memoryFindings(memory, around),
    ]
    return {
      says: findings.some(({ severity }) => severity !== 'info') ? 'settings are wrong' : 'no setting is dangerous',
      tables: [
        {
          title: 'Settings',
          columns: [
            { key: 'name', heading: 'SETTING', unit: 'text' },
            { key: 'value', heading: 'VALUE', unit: 'text' },
            { key: 'usual', heading: 'BY DEFAULT', unit: 'text' },
            { key: 'source', heading: 'FROM', unit: 'text' },
          ],
          rows: all.map(({ name, value, unit, usual, source }) => ({ name, value: `${value}${unit}`, usual, source })),
        },
      ],
      ...{ findings, unknown: [] },
    }
  },
}

function wrong({ name, value, unit, source }: Setting, around: Around): readonly Finding[] {
  const rule = rules[name]
  if (!rule?.isBad(value)) return []
  return [
    databaseFinding(around, {
      ...{ rule: 'db-setting', severity: rule.severity, kind: 'Database', object: around.name, part: name },
      reason: 'BadSetting',
      summary: `${name} is ${value}${unit}: ${rule.why}.`,
      evidence: { [`pg_settings.${name}`]: `${value}${unit}`, 'set by': source },
      remedies: [
        lookInto(
          around.place,
          'See where it is set',
          `SELECT name, setting, sourcefile, sourceline FROM pg_settings WHERE name = '${name}'`,
        ),
        alter(
          around.place,
          `Set it to ${rule.better}`,
          `ALTER SYSTEM SET ${name} = '${rule.better}'`,
          `the setting, after ${rule.isFixed ? 'a restart' : 'SELECT pg_reload_conf()'}`,
          `ALTER SYSTEM RESET ${name}`,
        ),
      ],
      because: rule.severity === 'info' ? null : `its ${name} is ${value}`,
    }),
  ]
}

function pending({ name, value, isPending }: Setting, around: Around): readonly Finding[] {
  if (!isPending) return []
  return [
    databaseFinding(around, {
      ...{ rule: 'db-setting-pending', severity: 'info', kind: 'Database', object: around.name, part: name },
      reason: 'PendingRestart',
      summary: `${name} was changed and is still ${value} until the server is restarted.`,
      evidence: { 'pg_settings.pending_restart': 'true', [`pg_settings.${name}`]: value },
      remedies: [advise('Restart the server in a quiet hour', 'every session ends')],
    }),
  ]
}
