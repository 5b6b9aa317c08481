import { z } from 'zod'
import { evidenceSchema, referenceSchema, severity } from './finding-schemas.ts'

const status = z.enum(['healthy', 'info', 'warning', 'critical', 'unknown'])

const adviceSchema = z
  .object({
    rule: z.string().describe('What was found, such as `hpa-missing-request`.'),
    severity: severity.describe('info is how it could be better.'),
    object: referenceSchema,
    part: z.string().describe('Such as the container; empty where it is about the whole.'),
    summary: z.string(),
    evidence: z.array(evidenceSchema),
    arithmetic: z.array(z.string()).describe('The sums behind it.'),
  })
  .meta({ id: 'ScalingAdvice' })

const amount = z.number().nullable()
const amounts = z.object({ cpu: amount, memory: amount }).describe('Cores and bytes; null where it is not set.')
const shares = z
  .object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() })
  .describe('p50 of the means of ten minutes, the others of their highest minutes; cores or bytes.')

const proposalSchema = z
  .object({
    name: z.string().describe('Unique in the report, and fit for the name of a file.'),
    kind: z.enum(['resources', 'hpa', 'vpa']),
    object: referenceSchema,
    title: z.string(),
    changes: z.array(z.string()).describe('What it changes, before and after.'),
    arithmetic: z.array(z.string()),
    warnings: z.array(z.string()).describe('What to know before it is applied.'),
    managedBy: z.array(z.string()).describe('Who keeps the object: the change belongs there.'),
    manifest: z.string().describe('YAML, for server-side apply.'),
    dryRun: z.string().describe('Asks the API server whether it would take it; changes nothing.'),
    apply: z.string().nullable().describe('Null where somebody manages the object.'),
    undo: z.string(),
    insteadOf: z
      .string()
      .nullable()
      .describe('Name of the proposal instead of which it is: one of the two is to be applied. Null for all others.'),
  })
  .meta({ id: 'ScalingProposal' })

export const autoscalingSchema = z
  .object({
    cluster: z.string(),
    generatedAt: z.iso.datetime(),
    status,
    history: z.object({ days: z.number(), leastDays: z.number() }),
    workloads: z
      .array(
        z.object({
          workload: referenceSchema,
          status,
          replicas: z.int(),
          containers: z.array(
            z.object({
              container: z.string(),
              requests: amounts,
              limits: amounts,
              use: z
                .object({ container: z.string(), minutes: z.int(), cpu: shares, memory: shares })
                .nullable()
                .describe('Over all pods; null where too little was measured.'),
              unknown: z
                .string()
                .describe('Why its use is not known or cannot be judged, and how long to wait; empty where it is.'),
            }),
          ),
          advice: z.array(adviceSchema),
          managedBy: z.array(z.string()),
        }),
      )
      .describe('Worst first, at most 500.'),
    workloadCount: z.int(),
    autoscalers: z.array(
      z.object({
        autoscaler: referenceSchema,
        target: referenceSchema,
        minReplicas: z.int(),
        maxReplicas: z.int(),
        currentReplicas: z.int(),
        advice: z.array(adviceSchema),
      }),
    ),
    verticalAutoscalers: z
      .array(
        z.object({
          autoscaler: referenceSchema,
          target: referenceSchema,
          updateMode: z.string(),
          advice: z.array(adviceSchema),
        }),
      )
      .nullable()
      .describe('Null where the cluster has no such kind, or they could not be read: then `unknown` says so.'),
    proposals: z.array(proposalSchema).describe('At most 200.'),
    proposalCount: z.int(),
    unknown: z.array(z.object({ what: z.string(), reason: z.string() })).describe('What could not be seen.'),
  })
  .meta({ id: 'AutoscalingAudit' })
