import { z } from 'zod'
import { findingSchema, referenceSchema } from './finding-schemas.ts'

const instant = z.iso.datetime()

const storageStatus = z.enum(['healthy', 'info', 'warning', 'critical', 'unknown'])

export const storageSchema = z
  .object({
    cluster: z.string(),
    generatedAt: instant,
    status: storageStatus,
    classes: z.array(
      z.object({
        name: z.string(),
        isDefault: z.boolean(),
        provisioner: z.string(),
        bindingMode: z.enum(['Immediate', 'WaitForFirstConsumer']),
        reclaimPolicy: z.string(),
        isExpandable: z.boolean(),
      }),
    ),
    claims: z
      .array(
        z.object({
          namespace: z.string(),
          name: z.string(),
          status: storageStatus,
          phase: z.string(),
          storageClass: z.string().nullable().describe('Null where the claim leaves it to the default.'),
          size: z.string().describe('What it has, or asks for while it has nothing.'),
          volume: z.string().nullable(),
          accessModes: z.array(z.string()),
          usedBy: z.array(referenceSchema),
          use: z
            .object({ used: z.number(), capacity: z.number(), ratio: z.number() })
            .nullable()
            .describe('Bytes; null where no kubelet measured it.'),
          says: z.string().describe('Why it is as it is, such as why it is pending.'),
        }),
      )
      .describe('Worst first, at most 1000.'),
    claimCount: z.int(),
    volumes: z
      .array(
        z.object({
          name: z.string(),
          status: storageStatus,
          phase: z.string(),
          storageClass: z.string(),
          size: z.string(),
          reclaimPolicy: z.string(),
          accessModes: z.array(z.string()),
          claim: referenceSchema.nullable(),
          says: z.string(),
        }),
      )
      .describe('Worst first, at most 1000.'),
    volumeCount: z.int(),
    findings: z.array(
      findingSchema.pick({
        ...{ id: true, rule: true, severity: true, object: true, part: true, reason: true, summary: true },
        ...{ evidence: true, remedies: true, since: true },
      }),
    ),
    unknown: z.array(z.object({ what: z.string(), reason: z.string() })).describe('What could not be seen.'),
  })
  .meta({ id: 'StorageReport' })
