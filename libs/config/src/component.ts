import { z } from 'zod'
import { checkSchema } from './check.ts'
import { line, text, unstorablePaths } from './text.ts'

/** A component's id: never reused. */
export const componentId = z.string().regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')

/** How other services tie a component to what they see. Names refer to sections of their own. */
export const targetsSchema = z.strictObject({
  kubernetes: z
    .strictObject({
      cluster: line().describe('Name of the cluster.'),
      namespace: line().describe('Namespace of the workload.'),
      kind: line().describe('Kind of the workload, as Deployment.'),
      name: line().describe('Name of the workload.'),
    })
    .optional()
    .describe('The workload that runs the component.'),
  database: line().optional().describe('Name of its database.'),
  aiProviders: z.array(line()).default([]).describe('Names of the AI providers that it uses.'),
  url: z.url().optional().describe('Where people reach it.'),
})

const infrastructureKinds = new Set(['postgres', 'redis', 'kafka', 'smtp'])

export const componentFields = z.strictObject({
  id: componentId.describe('Slug of 1 to 63 characters, never reused for another component.'),
  name: line().min(1).max(120).describe('Name on the page.'),
  group: line().max(120).default('').describe('Heading on the page that it stands under.'),
  description: text().max(500).default('').describe('A sentence on what it does for users.'),
  critical: z.boolean().default(false).describe('Its outage is an outage of the whole.'),
  visibility: z
    .enum(['public', 'internal'])
    .optional()
    .describe(
      'An internal component is shown to operators only. Left out, it is internal when a check is of kind postgres, redis, kafka or smtp, else public.',
    ),
  dependsOn: z
    .array(componentId)
    .default([])
    .describe('Ids of the components that it needs; their failure explains its own.'),
  renamedFrom: componentId.optional().describe('Its former id: keeps the history after a rename.'),
  targets: targetsSchema.optional().describe('What it is elsewhere: workload, database, AI providers, address.'),
  checks: z.array(checkSchema).max(20).default([]).describe('How its state is found; see the kinds below.'),
})

export const componentSchema = componentFields
  .superRefine((component, context) => {
    for (const path of unstorablePaths(component.checks, ['checks'])) {
      context.addIssue({ code: 'custom', path, message: 'must not contain NUL or half of a surrogate pair' })
    }
  })
  .transform((component) => ({
    ...component,
    visibility:
      component.visibility ??
      (component.checks.some((check) => infrastructureKinds.has(check.kind))
        ? ('internal' as const)
        : ('public' as const)),
  }))

/** A component as used: defaults filled in, durations in milliseconds. */
export type ComponentSpec = z.output<typeof componentSchema>
/** A component as written in akashic.yaml or sent to the API. */
export type ComponentInput = z.input<typeof componentSchema>
