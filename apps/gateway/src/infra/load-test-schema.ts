import { z } from 'zod'

const instant = z.iso.datetime()
const trend = z.looseObject({
  samples: z.int(),
  averageMs: z.number(),
  medianMs: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
})

const resultSchema = z
  .looseObject({
    verdict: z
      .enum(['passed', 'failed', 'aborted'])
      .describe(
        '`failed`: a threshold does not hold or could not be judged; `aborted`: it was ended, nothing is said.',
      ),
    endedEarly: z.string().nullable(),
    elapsedMs: z.number(),
    requests: z.int(),
    requestsPerSecond: z.number(),
    failed: z.int(),
    iterations: z.int(),
    interrupted: z.int().optional().describe('Iterations that began and were cut short.'),
    dropped: z.int().describe('Iterations for which no virtual user was free.'),
    latency: trend.nullable().describe('Milliseconds, of all requests; null without one.'),
    thresholds: z.array(
      z.object({
        metric: z.string(),
        expression: z.string(),
        outcome: z.enum(['passed', 'failed', 'unknown']),
        value: z.number().nullable(),
      }),
    ),
    isOverloaded: z.boolean().describe('The machine that made the load was too busy to measure well.'),
  })
  .meta({ id: 'LoadTestResult' })

export const loadTestSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    name: z.string(),
    target: z.string(),
    state: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
    progress: z.looseObject({}).nullable().describe('The last second, and the sums until then.'),
    result: resultSchema.nullable().describe('Null until it has ended, and in lists.'),
    problem: z.string().nullable(),
    requestedBy: z.string(),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'LoadTest' })

export type LoadTestResource = z.output<typeof loadTestSchema>
