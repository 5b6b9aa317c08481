import { OpsError } from '@akashic/shared/errors'
import { operatorRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { stateResource, stateSchema } from '../components/component-resource.ts'
import { iso } from '../instant.ts'
import type { LiveStatus } from '../live-status/live-status.ts'
import { overallName } from '../live-status/snapshot.ts'
import { uptimesSchema } from '../public-status/public-view.ts'

const operatorStatus = z
  .object({
    overall: overallName.describe('Over every component, internal ones too.'),
    overallPublic: overallName.describe('What the status page says.'),
    isBlind: z.boolean(),
    components: z.array(
      stateSchema.extend({
        id: z.string(),
        name: z.string(),
        group: z.string(),
        critical: z.boolean(),
        visibility: z.enum(['public', 'internal']),
      }),
    ),
    uptime: uptimesSchema,
    generatedAt: z.iso.datetime(),
    asOf: z.iso.datetime().describe('When the status service last made sure of this.'),
    stale: z.boolean(),
    ageMs: z.number(),
  })
  .meta({ id: 'OperatorStatus' })

export function operatorStatusRoutes(live: LiveStatus): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/status',
      tag: 'Status',
      summary: 'The status of every component, internal ones and details included',
      role: 'viewer',
      answers: { 200: { description: 'The status.', schema: operatorStatus } },
      scopedTo: () => [],
      serve: async ({ principal }) => ({ body: operatorView(live, principal.scope) }),
    }),
  ]
}

function operatorView(live: LiveStatus, scope: readonly string[] | undefined): z.infer<typeof operatorStatus> {
  const snapshot = live.snapshot()
  if (snapshot === null) throw new OpsError('unavailable', 'The status is not known yet. Try again in a few seconds.')
  const visible = snapshot.components.filter(({ id }) => !scope || scope.includes(id))
  return {
    overall: snapshot.overallInternal,
    overallPublic: snapshot.overall,
    isBlind: snapshot.isBlind,
    components: visible.map((component) => {
      const { id, name, group, critical, visibility } = component
      return { id, name, group, critical, visibility, ...stateResource(component) }
    }),
    uptime: snapshot.uptime,
    generatedAt: iso(snapshot.generatedAtMs),
    asOf: iso(snapshot.asOfMs),
    stale: live.isStale(),
    ageMs: live.ageMs() ?? 0,
  }
}
