import { operatorRoute, type Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { autoscalingSchema } from './autoscaling-schema.ts'
import { infraPath, infraTag, type InfraClient } from './infra-client.ts'

const deadlineMs = 20_000

/** How workloads are sized and scaled. */
export function autoscalingRoutes(client: InfraClient): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: `${infraPath}/autoscaling`,
      tag: infraTag,
      summary: 'How workloads are sized and scaled, and manifests that would be better',
      description:
        'Requests and limits against what pods used over days, autoscalers, and proposals with their sums. Nothing is applied: a proposal says how to try it, apply it and take it back.',
      role: 'viewer',
      query: z.strictObject({
        cluster: z.string().max(253).default('').describe('The only one there is, unless given.'),
        namespace: z.string().max(63).default('').describe('Only of this namespace.'),
      }),
      answers: { 200: { description: 'The audit.', schema: autoscalingSchema } },
      serve: async (request) => {
        const { reportJson } = await client.getAutoscaling(request.query, { ...callOptions(request), deadlineMs })
        return { body: autoscalingSchema.parse(JSON.parse(reportJson)) }
      },
    }),
  ]
}
