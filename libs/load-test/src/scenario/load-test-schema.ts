import { durationBetween } from '@akashic/config'
import { z } from 'zod'
import { namesIn } from './template.ts'

const longest = '24h'
const time = durationBetween('0s', longest)
const span = durationBetween('1ms', longest)
const vus = z.int().min(1).max(10_000)
const rate = z.number().positive().max(1_000_000)
const tags = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(200)).default({})
const metricName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be letters, digits and _')
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,127}$/, 'must be letters, digits, spaces and . _ / -')

/** Text that may hold `{{ }}`. */
const template = (longestText = 10_000) =>
  z
    .string()
    .max(longestText)
    .superRefine((text, context) => {
      try {
        namesIn(text)
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message })
      }
    })

const stage = z.strictObject({
  duration: time.describe('How long it takes to get to `target`; 0s jumps.'),
  target: z.number().min(0).max(1_000_000).describe('Virtual users, or iterations in a `timeUnit`, at its end.'),
})
const stages = z.array(stage).min(1).max(100)

const arrivals = {
  timeUnit: span.default(1_000).describe('What the rate refers to.'),
  maxVus: vus.default(1_000).describe('Most iterations under way; what would be one more is dropped and counted.'),
}

const executors = [
  z.strictObject({ executor: z.literal('constant-vus'), vus, duration: span }),
  z.strictObject({ executor: z.literal('ramping-vus'), startVus: z.int().min(0).max(10_000).default(0), stages }),
  z.strictObject({ executor: z.literal('constant-arrival-rate'), rate, duration: span, ...arrivals }),
  z.strictObject({
    executor: z.literal('ramping-arrival-rate'),
    startRate: z.number().min(0).max(1_000_000).default(0),
    stages,
    ...arrivals,
  }),
  z.strictObject({
    executor: z.literal('per-vu-iterations'),
    vus,
    iterations: z.int().min(1).max(10_000_000),
    maxDuration: span.default(600_000),
  }),
  z.strictObject({
    executor: z.literal('shared-iterations'),
    vus,
    iterations: z.int().min(1).max(10_000_000),
    maxDuration: span.default(600_000),
  }),
] as const

const statuses = z.union([z.int().min(100).max(599), z.array(z.int().min(100).max(599)).min(1)])
const pointer = z.string().regex(/^(\/.*)?$/, 'must be a JSON pointer, such as /items/0/id')

const check = z
  .strictObject({
    name: name.optional().describe('Told apart by it; made of what it checks unless given.'),
    status: statuses.optional(),
    bodyIncludes: z.string().min(1).max(1_000).optional(),
    json: z.strictObject({ pointer, equals: z.string().optional() }).optional(),
    maxDuration: span.optional(),
  })
  .refine(
    (given) =>
      given.status !== undefined ||
      given.bodyIncludes !== undefined ||
      given.json !== undefined ||
      given.maxDuration !== undefined,
    'must check something: status, bodyIncludes, json or maxDuration',
  )

const extraction = z.union([z.strictObject({ json: pointer }), z.strictObject({ header: z.string().min(1) })])

/** They tell whose requests these are, and where they go: not for the test to say. */
const ownHeaders = new Set(['host', 'user-agent', 'x-akashic-load-test'])
const headers = z
  .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), template())
  .superRefine((given, context) => {
    for (const header of Object.keys(given).filter((each) => ownHeaders.has(each.toLowerCase()))) {
      const message = 'is set by the load test itself, so that its requests are known and go where they may'
      context.addIssue({ code: 'custom', path: [header], message })
    }
  })

const request = z
  .strictObject({
    name: name.optional().describe('Told apart by it in the results; its method and address unless given.'),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
    url: template(2_000).describe('Absolute, or below `baseUrl`.'),
    headers: headers.default({}).describe('But `host`, `user-agent` and `x-akashic-load-test`.'),
    json: z.unknown().optional().describe('Sent as JSON; texts in it may hold `{{ }}`.'),
    body: template(1_000_000).optional().describe('Sent as it is.'),
    timeout: durationBetween('1ms', '10m').default(30_000),
    expectedStatus: statuses.optional().describe('No failure; without it every status below 400.'),
    tags,
  })
  .refine((given) => given.json === undefined || given.body === undefined, 'has `json` or `body`, not both')

const requestStep = z.strictObject({
  request,
  checks: z.array(check).max(50).default([]),
  extract: z
    .record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), extraction)
    .default({})
    .describe('Kept as `vars.NAME`.'),
  count: z
    .record(metricName, z.number())
    .default({})
    .describe('Added to metrics by an answer that passes every check.'),
})
const thinkStep = z.strictObject({
  think: z.union([
    time,
    z.strictObject({ min: time, max: time }).refine(({ min, max }) => min <= max, 'min is above max'),
  ]),
})

const common = {
  startTime: time.default(0),
  gracefulStop: time.default(30_000).describe('How long iterations may go on once the scenario is over.'),
  tags,
  steps: z
    .array(z.union([requestStep, thinkStep]))
    .min(1)
    .max(200),
}
const scenario = z.discriminatedUnion(
  'executor',
  executors.map((each) => each.extend(common)) as unknown as [
    z.ZodObject<(typeof executors)[0]['shape'] & typeof common>,
    z.ZodObject<(typeof executors)[1]['shape'] & typeof common>,
    z.ZodObject<(typeof executors)[2]['shape'] & typeof common>,
    z.ZodObject<(typeof executors)[3]['shape'] & typeof common>,
    z.ZodObject<(typeof executors)[4]['shape'] & typeof common>,
    z.ZodObject<(typeof executors)[5]['shape'] & typeof common>,
  ],
)

const dataSet = z
  .strictObject({
    file: z.string().optional().describe('CSV with a line of headings, beside the file of the test.'),
    rows: z.array(z.record(z.string(), z.coerce.string())).max(100_000).optional(),
    order: z.enum(['in_turn', 'random']).default('in_turn'),
  })
  .refine((given) => (given.file === undefined) !== (given.rows === undefined), 'has `file` or `rows`')

const thresholdText = z.string().max(200)
const threshold = z.union([
  thresholdText,
  z.strictObject({
    threshold: thresholdText,
    abortOnFail: z.boolean().default(false).describe('Ends the test as soon as it does not hold.'),
    delayAbortEval: time.default(0).describe('How long after the start it is first judged for that.'),
  }),
])

/** A file of a load test, as written. */
export const loadTestSchema = z.strictObject({
  name: name.default('Load test'),
  baseUrl: z.url({ protocol: /^https?$/ }).describe('Origin that relative addresses belong to.'),
  tags,
  metrics: z
    .record(metricName, z.enum(['counter']))
    .default({})
    .describe('Metrics of its own, raised by `count`.'),
  data: z.record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), dataSet).default({}),
  scenarios: z.record(name, scenario).refine((all) => Object.keys(all).length > 0, 'must hold a scenario'),
  thresholds: z.record(z.string(), z.array(threshold).min(1).max(20)).default({}),
  limits: z
    .strictObject({
      maxRequests: z.int().min(1).max(1_000_000_000).default(1_000_000),
      maxDuration: span.default(3_600_000),
    })
    .prefault({}),
})

export type WrittenLoadTest = z.output<typeof loadTestSchema>
export type WrittenScenario = WrittenLoadTest['scenarios'][string]
