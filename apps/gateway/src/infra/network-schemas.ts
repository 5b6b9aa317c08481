import { z } from 'zod'
import { referenceSchema } from './finding-schemas.ts'

export const lookupSchema = z
  .object({
    ...{ cluster: z.string(), namespace: z.string(), name: z.string() },
    verdict: z
      .enum(['resolves', 'empty', 'not_found', 'failing', 'unknown'])
      .describe('`failing`: it should have an answer, and the name service gives none.'),
    says: z.string(),
    tried: z
      .array(
        z.object({
          name: z.string().describe('Absolute.'),
          state: z.enum(['found', 'empty', 'absent', 'outside', 'unknown']),
          says: z.string(),
          object: referenceSchema.nullable(),
          addresses: z.array(z.string()),
          aliasOf: z.string().nullable(),
        }),
      )
      .describe("What the cluster's objects say of each name that a pod tries, up to the one that decides."),
    servers: z.object({
      status: z.enum(['healthy', 'degraded', 'down', 'unknown']),
      says: z.string(),
      service: referenceSchema.nullable(),
      address: z.string().nullable(),
      pods: z.array(z.object({ name: z.string(), isReady: z.boolean() })),
      errors: z.array(z.object({ pod: z.string(), line: z.string() })).describe('Logged in the last 15 minutes.'),
      unread: z.array(z.string()).describe('Pods whose log could not be read.'),
    }),
    observed: z
      .object({
        status: z.enum(['resolves', 'not_found', 'empty', 'failing', 'unknown']),
        says: z.string(),
        name: z.string().nullable(),
        addresses: z.array(z.string()),
      })
      .describe('What the name service answers when it is asked from here; `unknown` where it cannot be.'),
  })
  .meta({ id: 'NameLookup' })

export const reachabilitySchema = z
  .object({
    verdict: z.enum(['allowed', 'denied', 'partly', 'no_route', 'unknown']),
    says: z.string(),
    steps: z.array(z.object({ object: referenceSchema, says: z.string(), isAllowed: z.boolean().nullable() })),
    denies: z.array(referenceSchema).describe('Policies that restrict and do not allow it.'),
  })
  .meta({ id: 'Reachability' })
