import { z } from 'zod'
import { fieldChangesSchema } from './cluster-schemas.ts'
import { referenceSchema, remedySchema } from './finding-schemas.ts'

const instant = z.iso.datetime()

export const rolloutSchema = z
  .object({
    workload: referenceSchema,
    state: z.enum(['complete', 'progressing', 'stuck', 'paused', 'scaled_down']),
    says: z.string(),
    wanted: z.int(),
    updated: z.int(),
    ready: z.int(),
    available: z.int(),
    revisions: z
      .array(
        z.object({
          revision: z.int(),
          replicaSet: z.string(),
          createdAt: instant.nullable(),
          images: z.array(z.string()),
          ready: z.int(),
          wanted: z.int(),
          isCurrent: z.boolean(),
          changeCause: z.string(),
          changes: fieldChangesSchema.describe('Against the revision before; secrets are hidden.'),
        }),
      )
      .describe('Of a Deployment, the newest first.'),
    why: z.array(z.string()).describe('What is wrong with it, in words.'),
    pulls: z
      .array(
        z.object({
          container: z.string(),
          image: z.string(),
          cause: z.enum([
            'name',
            'tag',
            'name_or_tag',
            'name_or_auth',
            'auth',
            'network',
            'rate_limit',
            'pull_policy',
            'unknown',
          ]),
          says: z.string(),
        }),
      )
      .describe('The images that cannot be had, with why.'),
    managers: z.array(z.object({ kind: z.string(), name: z.string(), namespace: z.string(), says: z.string() })),
    rollback: z
      .object({
        ...remedySchema.shape,
        toRevision: z.int(),
        through: z.enum(['kubectl', 'helm', 'argocd', 'flux', 'operator']),
        warnings: z.array(z.string()),
      })
      .nullable()
      .describe('The rollback that would help, as a proposal.'),
  })
  .meta({ id: 'Rollout' })

export const releaseSchema = z
  .object({
    namespace: z.string(),
    name: z.string(),
    keptIn: z.enum(['Secret', 'ConfigMap']).describe('Where Helm keeps it.'),
    revision: z.int(),
    status: z.string(),
    updatedAt: instant.nullable(),
    revisions: z.int(),
  })
  .meta({ id: 'HelmRelease' })

export const unreadSchema = z.object({ namespace: z.string(), reason: z.string() })

export const releaseReportSchema = z
  .object({
    namespace: z.string(),
    name: z.string(),
    revision: z.int(),
    status: z.string(),
    chart: z.string(),
    appVersion: z.string(),
    description: z.string(),
    firstDeployedAt: instant.nullable(),
    lastDeployedAt: instant.nullable(),
    history: z.array(
      z.object({
        revision: z.int(),
        status: z.string(),
        updatedAt: instant.nullable(),
        chart: z.string(),
        appVersion: z.string(),
        description: z.string(),
      }),
    ),
    values: z.unknown().describe('As they were given, secrets hidden.'),
    hooks: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        events: z.array(z.string()),
        phase: z.string(),
        startedAt: instant.nullable(),
        completedAt: instant.nullable(),
      }),
    ),
    objects: z
      .array(
        z.object({
          object: referenceSchema,
          state: z.enum(['same', 'drifted', 'missing', 'unknown']),
          fields: fieldChangesSchema,
          reason: z.string(),
        }),
      )
      .describe('What the release names, and whether the cluster has it so.'),
  })
  .meta({ id: 'HelmReleaseReport' })
