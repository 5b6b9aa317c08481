import { operatorRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { infraPath, infraTag, type InfraClient } from './infra-client.ts'
import { performanceReportSchema } from './performance-schemas.ts'

const deadlineMs = 20_000

/** How fast components are, how often they fail, and what they use. */
export function performanceRoutes(client: InfraClient): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: `${infraPath}/performance/report`,
      tag: infraTag,
      summary: 'How components perform, measured now',
      description:
        'Response times, throughput, errors and resources, against the same hour last week and before the last deploy. What was not measured is unknown, with the reason and how to get it.',
      role: 'viewer',
      query: z.strictObject({
        component: z.string().max(63).default('').describe('Of this component alone.'),
      }),
      answers: { 200: { description: 'The report, worst first.', schema: performanceReportSchema } },
      serve: async (request) => {
        const options = { ...callOptions(request), deadlineMs }
        const { reportJson } = await client.getPerformance({ component: request.query.component }, options)
        return { body: performanceReportSchema.parse(JSON.parse(reportJson)) }
      },
    }),
  ]
}
