import { databaseFinding } from '../database-finding.ts'
import { advise, lookInto } from '../remedies.ts'
import type { Judged } from '../judged.ts'
import type { Topic } from '../topic.ts'
import { databaseSize } from '../sample.sql.ts'
import { bytesText, percentText } from '../words.ts'
import { cacheUse, tableReads } from './cache.sql.ts'

export interface CacheUse {
  readonly hits: number
  readonly reads: number
  readonly tempBytes: number
  readonly since: Date | null
  readonly sharedBuffers: number
  readonly bytes: number
}

export interface TableReads {
  readonly table: string
  readonly reads: number
  readonly hits: number
}

export interface Cache {
  readonly use: CacheUse
  readonly tables: readonly TableReads[]
}

/** How much of what is read is in the server's memory. */
export const cache: Topic<Cache> = {
  name: 'cache',
  rules: ['db-cache-hit'],
  isHeavy: true,
  read: async ({ read }) => {
    const [[use], [size], tables] = await Promise.all([
      read<Omit<CacheUse, 'bytes'>>(cacheUse),
      read<Pick<CacheUse, 'bytes'>>(databaseSize),
      read<TableReads>(tableReads),
    ])
    return { use: { ...use!, ...size! }, tables }
  },
  judge: ({ use, tables }, around): Judged => {
    const { thresholds, place, name } = around
    const blocks = use.hits + use.reads
    const ratio = use.hits / Math.max(1, blocks)
    const isEnough = blocks >= thresholds.cacheMinBlocks
    const [most] = tables
    return {
      says: isEnough ? `${percentText(ratio)} of the blocks are read from memory` : 'too little was read to tell',
      tables: [
        {
          title: 'Tables read from disk most',
          columns: [
            { key: 'table', heading: 'TABLE', unit: 'text' },
            { key: 'reads', heading: 'FROM DISK', unit: 'count' },
            { key: 'hits', heading: 'FROM MEMORY', unit: 'count' },
            { key: 'ratio', heading: 'HIT', unit: 'ratio' },
          ],
          rows: tables.map((each) => ({ ...each, ratio: each.hits / Math.max(1, each.hits + each.reads) })),
        },
      ],
      findings:
        !isEnough || ratio >= thresholds.cacheHitRatio
          ? []
          : [
              databaseFinding(around, {
                ...{ rule: 'db-cache-hit', severity: 'warning', kind: 'Database', object: name, reason: 'CacheHitLow' },
                summary: `Only ${percentText(ratio)} of the blocks are read from memory; shared_buffers is ${bytesText(use.sharedBuffers)} for a database of ${bytesText(use.bytes)}${most ? `. Most come from ${most.table}` : ''}.`,
                evidence: {
                  'pg_stat_database.blks_hit': use.hits,
                  'pg_stat_database.blks_read': use.reads,
                  shared_buffers: bytesText(use.sharedBuffers),
                  'counted since': use.since?.toISOString() ?? null,
                },
                remedies: [
                  lookInto(
                    place,
                    'See which statements read most',
                    'SELECT query, shared_blks_read FROM pg_stat_statements ORDER BY 2 DESC LIMIT 10',
                  ),
                  advise(
                    'Create indexes that are missing first: tables that are read whole push all else out',
                    'what is read',
                  ),
                  advise(
                    'Raise shared_buffers to a quarter of the memory, at the next restart',
                    'the memory that the server takes',
                  ),
                ],
              }),
            ],
      unknown: [],
    }
  },
}
