import { z } from 'zod'
import { defineEvents } from './event-definition.ts'
import { infraTopic } from './topics.ts'

const instant = z.iso.datetime().describe('UTC, ISO-8601 with milliseconds.')
const cluster = z
  .string()
  .describe(
    'Name of the cluster, as configured; of findings about a database or a component, `database/` or `component/` and its name.',
  )
const object = z
  .object({ kind: z.string(), namespace: z.string(), name: z.string() })
  .describe('An object of the cluster; the namespace is empty where it has none.')
const severity = z.enum(['critical', 'warning', 'info'])
const finding = {
  cluster,
  findingId: z.string().describe('The same for the same trouble of the same object.'),
  rule: z.string().describe('What was found, such as `pod-image-pull`.'),
  severity,
  object,
  reason: z.string().describe('The Kubernetes reason, such as `ImagePullBackOff`.'),
  summary: z.string().describe('One sentence, for operators.'),
  at: instant,
}

/** Events about clusters, by their names. None holds the value of a Secret or an unredacted setting. */
export const infraEvents = defineEvents(
  { name: 'infra', topic: infraTopic, source: '/infra' },
  {
    finding_opened: z.object(finding).describe('Something is wrong with an object that was well, or new.'),
    finding_resolved: z.object(finding).describe('What was wrong is no longer seen.'),
    diagnosis_completed: z
      .object({
        cluster,
        diagnosisId: z.string(),
        verdict: z.enum(['cause_established', 'none_established', 'nothing_wrong', 'unknown']),
        summary: z.string().describe('One sentence, for operators.'),
        cause: object.optional().describe('What must be changed, where that is established.'),
        incidentId: z.string().optional().describe('The incident that it was made for.'),
        at: instant,
      })
      .describe('A diagnosis is there.'),
    change_seen: z
      .object({
        cluster,
        changeId: z.string(),
        kind: z
          .enum([
            ...(['rollout', 'scaled', 'configuration', 'secret', 'policy', 'routing', 'node'] as const),
            ...(['quota', 'admission', 'storage', 'helm', 'action', 'created', 'deleted'] as const),
          ])
          .describe('What kind of thing was changed.'),
        object,
        by: z.string().describe('The field manager that wrote it; empty where the cluster does not tell.'),
        summary: z.string().describe('One sentence, for operators.'),
        at: instant,
      })
      .describe('Somebody changed what an object of a cluster is asked to be.'),
  },
)
