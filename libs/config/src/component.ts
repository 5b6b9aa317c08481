import { z } from 'zod'
import { checkSchema } from './check.ts'

/** A component's id: never reused. */
export const componentId = z.string().regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')

/** How other services tie a component to what they see. Names refer to sections of their own. */
export const targetsSchema = z.strictObject({
  kubernetes: z
    .strictObject({ cluster: z.string(), namespace: z.string(), kind: z.string(), name: z.string() })
    .optional(),
  database: z.string().optional(),
  aiProviders: z.array(z.string()).default([]),
  url: z.url().optional(),
})

const infrastructureKinds = new Set(['postgres', 'redis', 'kafka', 'smtp'])

export const componentSchema = z
  .strictObject({
    id: componentId,
    name: z.string().min(1).max(120),
    group: z.string().max(120).default(''),
    description: z.string().max(500).default(''),
    critical: z.boolean().default(false),
    visibility: z.enum(['public', 'internal']).optional(),
    dependsOn: z.array(componentId).default([]),
    renamedFrom: componentId.optional(),
    targets: targetsSchema.optional(),
    checks: z.array(checkSchema).max(20).default([]),
  })
  .transform((component) => ({
    ...component,
    visibility:
      component.visibility ??
      (component.checks.some((check) => infrastructureKinds.has(check.kind)) ? ('internal' as const) : ('public' as const)),
  }))

/** A component as used: defaults filled in, durations in milliseconds. */
export type ComponentSpec = z.output<typeof componentSchema>
/** A component as written in akashic.yaml or sent to the API. */
export type ComponentInput = z.input<typeof componentSchema>
