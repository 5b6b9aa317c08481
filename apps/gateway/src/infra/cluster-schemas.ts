import { pageOf } from '@akashic/shared/http'
import { z } from 'zod'
import { referenceSchema, severity } from './finding-schemas.ts'

const instant = z.iso.datetime()

export const clusterSchema = z
  .object({
    name: z.string(),
    state: z.enum(['fresh', 'stale', 'reading']),
    nodes: z.int(),
    pods: z.int(),
    eventsDropped: z.int(),
    problems: z.array(
      z.object({ kind: z.string(), state: z.string(), reason: z.string(), missingPermission: z.string().nullable() }),
    ),
  })
  .meta({ id: 'InfraCluster' })

const useSchema = z
  .object({
    used: z.number().nullable(),
    allocatable: z.number().nullable(),
    ratio: z.number().nullable(),
    status: z.enum(['ok', 'warning', 'critical', 'unknown']),
  })
  .meta({ id: 'ResourceUse' })

const health = z.enum(['healthy', 'warning', 'critical', 'unknown'])

export const nodesSchema = z
  .object({
    cluster: z.string(),
    generatedAt: instant,
    clusterHealth: health,
    nodeReports: z.array(
      z.object({
        nodeName: z.string(),
        status: health,
        resourceUsage: z.object({ cpu: useSchema.describe('Cores.'), memory: useSchema.describe('Bytes.') }),
        nodeConditions: z.array(
          z.object({ type: z.string(), status: z.string(), reason: z.string(), message: z.string() }),
        ),
        podCount: z.int(),
        diskUsage: useSchema.describe('Bytes.'),
        issues: z.array(
          z.object({
            type: z.string(),
            severity: z.enum(['critical', 'warning']),
            description: z.string(),
            impact: z.string(),
          }),
        ),
        recommendations: z.array(z.string()),
        unknown: z.array(z.string()).describe('Why something of it was not measured.'),
      }),
    ),
    recommendedActions: z.array(z.string()),
  })
  .meta({ id: 'NodeDiagnosisReport' })

export const fieldChangesSchema = z.array(
  z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
)

export const changeSchema = z
  .object({
    id: z.string(),
    cluster: z.string(),
    at: instant,
    kind: z.string(),
    object: referenceSchema,
    by: z.string().describe('The field manager that wrote it.'),
    summary: z.string(),
    fields: fieldChangesSchema,
  })
  .meta({ id: 'InfraChange' })

export const workloadSchema = referenceSchema
  .extend({
    status: z
      .enum(['critical', 'warning', 'unknown', 'progressing', 'healthy', 'idle'])
      .describe('`progressing`: not all is ready yet and nothing is wrong; `idle`: nothing of it is to run now.'),
    wanted: z.int(),
    ready: z.int(),
    updated: z.int().nullable().describe('Of the newest template; null where there are no revisions.'),
    images: z.array(z.string()),
    revision: z.string(),
    createdAt: instant.nullable(),
    worst: z
      .object({ rule: z.string(), severity, reason: z.string(), summary: z.string() })
      .nullable()
      .describe('The worst that was found wrong with it.'),
    findings: z.int(),
  })
  .meta({ id: 'WorkloadSummary' })

export const workloadPageSchema = pageOf(workloadSchema).extend({
  unseen: z.array(z.object({ what: z.string(), reason: z.string() })).describe('Kinds that could not be read.'),
})
