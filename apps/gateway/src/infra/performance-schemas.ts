import { z } from 'zod'
import { findingSchema, referenceSchema, remedySchema } from './finding-schemas.ts'

const instant = z.iso.datetime()
const status = z.enum(['healthy', 'warning', 'critical', 'unknown'])
const number = z.number().nullable()
const source = z.enum(['prometheus', 'checks', 'load-test'])
const spanSchema = z.object({ from: instant, to: instant })
const unknownSchema = z.object({ what: z.string(), reason: z.string(), howToGet: z.string().nullable() })

const comparedSchema = z.object({
  to: z.enum(['last_week', 'before_deploy', 'earlier_test']),
  now: number.describe('After a deploy within the window: since the deploy.'),
  then: number,
  times: number.describe('How many times as much it is now.'),
  unknown: z.string().nullable().describe('Why there is nothing to compare with.'),
})
const comparisonSchema = comparedSchema.extend({ span: spanSchema.nullable() })

const aboutSchema = z.object({
  component: z.string(),
  source,
  method: z
    .string()
    .describe('How percentiles were got: `classic histogram`, `native histogram`, `exact samples`, `HDR histogram`.'),
  span: spanSchema.nullable(),
  comparisons: z.array(comparisonSchema),
})

const responseTimeSchema = aboutSchema
  .extend({
    count: number.describe('Requests or runs that were counted.'),
    ...{ p50Ms: number, p95Ms: number, p99Ms: number, meanMs: number },
    atLeast: z.array(z.enum(['p50Ms', 'p95Ms', 'p99Ms'])).describe('Of which only is known that they are no less.'),
    unknown: z.array(unknownSchema),
  })
  .describe('`comparisons` are of the 95th percentile.')

const memorySchema = z.object({
  pod: z
    .string()
    .nullable()
    .describe('That the rest is about: the one that uses most, of those where memory is high if there are any.'),
  used: number.describe('Bytes, by its last measurement.'),
  isHigh: z.boolean().nullable().describe('Above 80 % of the limit for ten minutes; null where that is not known.'),
  leak: z.discriminatedUnion('is', [
    z.object({
      is: z.literal('leak'),
      perHour: z.number().describe('Bytes; it lies between the next two with 95 % confidence.'),
      leastPerHour: z.number(),
      mostPerHour: z.number(),
      watchedMs: z.number().describe('Without a restart.'),
      runsAlike: z.int().describe('Runs of the container that grew so, this one among them.'),
    }),
    z.object({ is: z.enum(['none', 'unknown']), why: z.string() }),
  ]),
  fullInMs: number.describe('When it is at its limit if it goes on like this.'),
})

const resourceSchema = z.object({
  component: z.string(),
  resource: z.string().describe('`cpu`, `memory`, or what a query says that it measures.'),
  source: z.enum(['usage', 'prometheus']),
  name: z.string().describe('The container, or the query.'),
  unit: z.enum(['cores', 'bytes']).nullable().describe('Null for a query.'),
  used: number.describe('By the pod that uses most: CPU on average over the window, memory now.'),
  usedBy: z.string().nullable(),
  request: number,
  limit: number,
  utilisation: number.describe('Share of the limit that is used; of the request where there is no limit.'),
  saturation: number.describe('Work that waits.'),
  errors: number.describe('Of memory: how often it ran out in the last hour.'),
  comparisons: z.array(comparedSchema).describe('What a pod uses on average, or the value of the query.'),
  memory: memorySchema.nullable(),
  unknown: z.array(unknownSchema),
})

const outOfMemorySchema = z.object({
  kind: z
    .enum(['container_limit', 'heap', 'node', 'eviction', 'unknown'])
    .describe('The limit of the container, the heap of V8, the memory of the node, or the kubelet put the pod out.'),
  workload: referenceSchema,
  pod: referenceSchema,
  container: z.string().describe('Empty for an eviction.'),
  at: instant.nullable(),
  says: z.string(),
  remedies: z.array(remedySchema),
})

const componentSchema = z
  .object({
    component: z.string(),
    status,
    rate: z.object({ perSecond: z.number(), source: z.string() }).nullable(),
    errors: z.object({ ratio: z.number(), source: z.string() }).nullable(),
    duration: z
      .object({ p95Ms: z.number(), isAtLeast: z.boolean(), source, method: z.string() })
      .nullable()
      .describe('By what users had, else by our own checks.'),
    resources: z.array(z.object({ resource: z.string(), utilisation: number, saturation: number, errors: number })),
  })
  .describe('Rate, errors, duration; and utilisation, saturation and errors of its resources. Null is not measured.')

const foundSchema = findingSchema
  .pick({
    ...{ rule: true, severity: true, object: true, part: true, reason: true, summary: true },
    ...{ evidence: true, remedies: true, since: true },
  })
  .extend({ component: z.string() })

export const performanceReportSchema = z
  .object({
    generatedAt: instant,
    window: spanSchema,
    summary: z.object({
      status,
      says: z.string(),
      components: z.array(componentSchema).describe('Worst first.'),
      deploys: z
        .array(z.object({ component: z.string(), at: instant.nullable(), unknown: z.string().nullable() }))
        .describe('The last deploy of each component, or why there is none to compare with.'),
    }),
    findings: z.array(foundSchema).describe('Worst first.'),
    recommendations: z.array(
      remedySchema.extend({
        component: z.string(),
        because: z.string(),
        runbooks: z.array(z.object({ id: z.string(), title: z.string() })),
      }),
    ),
    detailedMetrics: z.object({
      responseTimeMetrics: z.array(responseTimeSchema),
      throughputMetrics: z.array(
        aboutSchema
          .extend({ count: number, perSecond: number })
          .describe('Of users and load tests; never of our checks.'),
      ),
      errorMetrics: z.array(
        aboutSchema
          .extend({ ratio: number, perSecond: number })
          .describe('`comparisons` are of the ratio; of a query, of its value by the second.'),
      ),
      resourceMetrics: z.array(resourceSchema),
      outOfMemory: z.array(outOfMemorySchema).describe('Of the last hour.'),
    }),
    unknown: z
      .array(unknownSchema.extend({ component: z.string() }))
      .describe('What was not measured, and how it could be.'),
  })
  .meta({ id: 'PerformanceReport' })
