import { operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { infraPath, infraTag, type InfraClient } from './infra-client.ts'
import { releaseReportSchema, releaseSchema, rolloutSchema, unreadSchema } from './helm-schemas.ts'

const name = z.string().max(253)
const cluster = name.default('').describe('The only one there is, unless given.')
const deadlineMs = 15_000

/** Rollouts and Helm's releases: how they are, and what they changed. */
export function helmRoutes(client: InfraClient): Route[] {
  return [rolloutRoute(client), listRoute(client), showRoute(client)]
}

function rolloutRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/rollouts/{namespace}/{kind}/{name}`,
    tag: infraTag,
    summary: 'How far a rollout is, what its revisions changed, and the rollback that would help',
    role: 'viewer',
    params: z.strictObject({ namespace: name, kind: name.describe('As Deployment.'), name }),
    query: z.strictObject({ cluster }),
    answers: { 200: { description: 'The rollout.', schema: rolloutSchema } },
    serve: async (request) => {
      const asked = { cluster: request.query.cluster, workload: request.params }
      const { rolloutJson } = await client.getRollout(asked, { ...callOptions(request), deadlineMs })
      return { body: rolloutSchema.parse(JSON.parse(rolloutJson)) }
    },
  })
}

const listSchema = z
  .object({
    ...pageOf(releaseSchema).shape,
    unread: z.array(unreadSchema).describe('Namespaces whose releases are unknown, and why.'),
  })
  .meta({ id: 'HelmReleases' })

function listRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/helm/releases`,
    tag: infraTag,
    summary: "List Helm's releases in the namespaces whose Secrets may be read",
    role: 'viewer',
    query: z.strictObject({ cluster, namespace: name.default('') }),
    answers: { 200: { description: 'All of them.', schema: listSchema } },
    serve: async (request) => {
      const { releaseJson, unreadJson } = await client.listReleases(request.query, {
        ...callOptions(request),
        deadlineMs,
      })
      const items = releaseJson.map((json) => releaseSchema.parse(JSON.parse(json)))
      return {
        body: { items, nextCursor: null, unread: unreadJson.map((json) => unreadSchema.parse(JSON.parse(json))) },
      }
    },
  })
}

function showRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/helm/releases/{namespace}/{name}`,
    tag: infraTag,
    summary: 'Show a release: its history, values without secrets, hooks, and what differs from the cluster',
    role: 'viewer',
    params: z.strictObject({ namespace: name, name }),
    query: z.strictObject({ cluster }),
    answers: { 200: { description: 'The release.', schema: releaseReportSchema } },
    serve: async (request) => {
      const asked = { ...request.params, cluster: request.query.cluster }
      const { releaseJson } = await client.getRelease(asked, { ...callOptions(request), deadlineMs })
      return { body: releaseReportSchema.parse(JSON.parse(releaseJson)) }
    },
  })
}
