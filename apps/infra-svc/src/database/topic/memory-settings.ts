import type { Finding, Severity } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { alter, lookInto } from '../remedies.ts'
import type { Around } from '../topic.ts'
import { bytesText } from '../words.ts'

/** In bytes. */
export interface MemoryShares {
  readonly sharedBuffers: number
  /** What the planner takes to be cached by the server and the system together. */
  readonly cacheSize: number
  /** That one step of one statement may take. */
  readonly workMem: number
  readonly maxConnections: number
  /** By tables and indexes of this database. */
  readonly heldBytes: number
}

interface Wrong {
  readonly name: string
  readonly severity: Severity
  readonly says: string
  readonly betterBytes: number
  readonly isFixed: boolean
}

const mib = 1_048_576
/** As Postgres comes. */
const usualBuffers = 128 * mib
const mostBuffers = 0.6
const leastBuffers = 0.1

/** Settings that do not fit the memory there is, or each other. The server does not tell how much its machine has: where that is
 *  not configured, only what contradicts itself or what it holds is told. */
export function memoryFindings(shares: MemoryShares, around: Around): readonly Finding[] {
  return wrongIn(shares, around).map((each) => finding(each, shares, around))
}

function wrongIn(shares: MemoryShares, { memoryBytes, thresholds }: Around): readonly Wrong[] {
  const { sharedBuffers, cacheSize, workMem, maxConnections, heldBytes } = shares
  const buffers = { name: 'shared_buffers', isFixed: true }
  const cache = { name: 'effective_cache_size', severity: 'info' as const, isFixed: false }
  const small =
    heldBytes >= thresholds.heldBytes &&
    (memoryBytes === null ? sharedBuffers <= usualBuffers : sharedBuffers < memoryBytes * leastBuffers)
  const found: Wrong[] = []
  if (small) {
    const of = memoryBytes === null ? '' : ` of the ${bytesText(memoryBytes)} that there are`
    const says = `only ${bytesText(sharedBuffers)}${of} keep what is read of ${bytesText(heldBytes)} of tables and indexes`
    found.push({
      ...buffers,
      severity: 'info',
      says,
      betterBytes: memoryBytes === null ? 4 * sharedBuffers : memoryBytes / 4,
    })
  }
  if (cacheSize < sharedBuffers) {
    const says = `the planner takes less to be cached than the ${bytesText(sharedBuffers)} of shared_buffers, and shuns indexes`
    found.push({ ...cache, says, betterBytes: memoryBytes === null ? 3 * sharedBuffers : memoryBytes * 0.75 })
  }
  if (memoryBytes === null) return found
  if (sharedBuffers > memoryBytes * mostBuffers) {
    const says = `it leaves ${bytesText(Math.max(0, memoryBytes - sharedBuffers))} of ${bytesText(memoryBytes)} for sessions and the system`
    found.push({ ...buffers, severity: 'warning', says, betterBytes: memoryBytes / 4 })
  }
  const sorting = workMem * maxConnections
  if (sharedBuffers <= memoryBytes * mostBuffers && sharedBuffers + sorting > memoryBytes) {
    const says = `${maxConnections} sessions that sort at once take ${bytesText(sorting)} beside ${bytesText(sharedBuffers)} of shared_buffers, and there are ${bytesText(memoryBytes)}: then the kernel kills the server`
    const betterBytes = Math.max(mib, (memoryBytes * 0.75 - sharedBuffers) / maxConnections)
    found.push({ name: 'work_mem', severity: 'warning', isFixed: false, says, betterBytes })
  }
  if (cacheSize > memoryBytes) {
    const says = `the planner takes more to be cached than the ${bytesText(memoryBytes)} that there are`
    found.push({ ...cache, says, betterBytes: memoryBytes * 0.75 })
  }
  return found
}

function finding({ name, severity, says, betterBytes, isFixed }: Wrong, shares: MemoryShares, around: Around): Finding {
  const value = {
    shared_buffers: shares.sharedBuffers,
    effective_cache_size: shares.cacheSize,
    work_mem: shares.workMem,
  }[name]!
  const better = `${Math.max(1, Math.floor(betterBytes / mib))}MB`
  return databaseFinding(around, {
    ...{ rule: 'db-setting', severity, kind: 'Database', object: around.name, part: name, reason: 'BadSetting' },
    summary: `${name} is ${bytesText(value)}: ${says}.`,
    evidence: {
      [`pg_settings.${name}`]: bytesText(value),
      max_connections: name === 'work_mem' ? shares.maxConnections : null,
      'databases.memory': around.memoryBytes === null ? null : bytesText(around.memoryBytes),
      'tables and indexes': bytesText(shares.heldBytes),
    },
    remedies: [
      lookInto(
        around.place,
        'See where it is set',
        `SELECT name, setting, unit, sourcefile, sourceline FROM pg_settings WHERE name = '${name}'`,
      ),
      alter(
        around.place,
        `Set it to ${better}, after seeing that what else runs on the machine leaves that`,
        `ALTER SYSTEM SET ${name} = '${better}'`,
        `the setting, after ${isFixed ? 'a restart' : 'SELECT pg_reload_conf()'}`,
        `ALTER SYSTEM RESET ${name}`,
      ),
    ],
    because: severity === 'info' ? null : `its ${name} is ${bytesText(value)}`,
  })
}
