import { z } from 'zod'
import { findingSchema } from './finding-schemas.ts'

const kind = z.enum(['postgres', 'redis'])
const status = z.enum(['healthy', 'warning', 'critical', 'unknown'])

export const databaseSchema = z
  .object({
    name: z.string(),
    kind,
    host: z.string(),
    port: z.int(),
    user: z.string().describe('The login that looks at it.'),
    database: z.string(),
    component: z.string().nullable().describe('The component that it is.'),
  })
  .meta({ id: 'Database' })

const foundSchema = findingSchema.pick({
  ...{ rule: true, severity: true, object: true, part: true, reason: true, summary: true },
  ...{ evidence: true, remedies: true, since: true },
})

const tableSchema = z
  .object({
    title: z.string(),
    columns: z
      .array(
        z.object({
          key: z.string().describe('Of the rows.'),
          heading: z.string(),
          unit: z.enum(['text', 'count', 'bytes', 'ms', 'seconds', 'ratio', 'instant']),
        }),
      )
      .describe('What the rows have, and what it means; rows may have more.'),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
  })
  .meta({ id: 'DatabaseTable' })

const changesSchema = z
  .object({
    since: z.iso.datetime(),
    items: z.array(z.object({ what: z.string(), says: z.string() })),
  })
  .nullable()

export const databaseReportSchema = z
  .object({
    database: z.string(),
    kind,
    status,
    reachability: z.object({
      state: z
        .string()
        .describe('`reachable`, or why not, such as `name_not_found`, `hangs`, `login_refused` or `loading`.'),
      says: z.string(),
      code: z.string().describe('The errno or SQLSTATE; empty where there is none.'),
    }),
    server: z
      .object({
        version: z.string(),
        isInRecovery: z.boolean().describe('A replica.'),
        isMonitor: z
          .boolean()
          .nullable()
          .describe('Whether the login may see what all sessions do; null where the server does not tell.'),
        startedAt: z.iso.datetime(),
        extensions: z.record(z.string(), z.object({ version: z.string() })),
      })
      .nullable()
      .describe('Null where it cannot be reached, or where the login may not ask.'),
    findings: z.array(foundSchema).describe('About the database as a whole, where it cannot be reached.'),
    topics: z.array(
      z.object({
        topic: z.string(),
        status,
        says: z.string(),
        tables: z.array(tableSchema),
        findings: z.array(foundSchema),
        unknown: z
          .array(z.object({ what: z.string(), reason: z.string(), howToGet: z.string().nullable() }))
          .describe('What could not be read, and how it could be.'),
        isRead: z.boolean().describe('False where it could not be looked at.'),
        tookMs: z.int(),
      }),
    ),
    changes: changesSchema.describe('What is other than an hour ago; null where nothing was kept of that time.'),
    rollout: z
      .object({
        at: z.iso.datetime(),
        object: z.object({ kind: z.string(), namespace: z.string(), name: z.string() }),
        summary: z.string(),
        changes: changesSchema.describe('What is other than before it; null where nothing was kept of that time.'),
      })
      .nullable()
      .describe('The last rollout, within a week, of a workload that uses the database or runs it.'),
    trend: z
      .object({
        since: z.iso.datetime(),
        items: z.array(
          z.object({
            what: z.string(),
            unit: z.enum(['count', 'bytes']),
            ...{ first: z.number(), now: z.number(), least: z.number(), most: z.number() },
            at: z.iso.datetime().describe('When `now` was measured: what costs much is each ten minutes.'),
            perDay: z.number().nullable().describe('How much it grows in a day; null where less than 6 h are known.'),
          }),
        ),
      })
      .nullable()
      .describe('How levels came to be what they are, over a week at most; null where nothing was kept.'),
  })
  .meta({ id: 'DatabaseReport' })
