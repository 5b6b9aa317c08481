import { OpsError } from '@akashic/shared/errors'
import { operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { roleIncludes } from '@akashic/shared/identity'
import type { Role } from '@akashic/shared/identity'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { healthReport, healthReportSchema, providerResource, providerSchema } from './health-resource.ts'
import { aiPath, aiTag } from './ai-client.ts'
import type { AiClient } from './ai-client.ts'

/** The service waits 5 s for providers that hang. */
const refreshDeadlineMs = 9_000

export function aiHealthRoutes(client: AiClient): Route[] {
  return [healthRoute(client), providersRoute(client)]
}

function healthRoute(client: AiClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${aiPath}/health`,
    tag: aiTag,
    summary: 'How the AI providers are, over all and each',
    description: 'What was not measured is null, never 0.',
    role: 'viewer',
    query: z.strictObject({
      refresh: z
        .stringbool({ truthy: ['true'], falsy: ['false'] })
        .default(false)
        .describe('Ask every provider again before the answer; needs operator.'),
    }),
    answers: { 200: { description: 'The report.', schema: healthReportSchema } },
    serve: async (request) => {
      const { refresh } = request.query
      if (refresh) requireOperator(request.principal.role)
      const options = { ...callOptions(request), ...(refresh && { deadlineMs: refreshDeadlineMs }) }
      return { body: healthReport(await client.getHealth({ refresh }, options)) }
    },
  })
}

function requireOperator(role: Role): void {
  if (roleIncludes(role, 'operator')) return
  throw new OpsError('permission_denied', `Asking the providers again needs the role operator; your key has ${role}.`)
}

function providersRoute(client: AiClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${aiPath}/providers`,
    tag: aiTag,
    summary: 'List the AI providers and how each is',
    role: 'viewer',
    answers: { 200: { description: 'All of them.', schema: pageOf(providerSchema) } },
    serve: async (request) => {
      const { providers } = await client.getHealth({ refresh: false }, callOptions(request))
      return { body: { items: providers.map(providerResource), nextCursor: null } }
    },
  })
}
