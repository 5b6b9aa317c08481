import { operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { databaseReportSchema, databaseSchema } from './database-schemas.ts'
import { infraPath, infraTag, type InfraClient } from './infra-client.ts'

const name = z.string().max(63)
const deadlineMs = 20_000

/** Databases, of Postgres and Redis: who is connected, what is slow, what is locked or full, and what is wrong. */
export function databaseRoutes(client: InfraClient): Route[] {
  return [listRoute(client), reportRoute(client), topicRoute(client)]
}

function listRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/databases`,
    tag: infraTag,
    summary: 'List the databases that are looked at',
    role: 'viewer',
    answers: { 200: { description: 'All of them.', schema: pageOf(databaseSchema) } },
    serve: async (request) => {
      const { databaseJson } = await client.listDatabases({}, callOptions(request))
      return { body: { items: databaseJson.map((json) => databaseSchema.parse(JSON.parse(json))), nextCursor: null } }
    },
  })
}

function reportRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/databases/{name}`,
    tag: infraTag,
    summary: 'How a database is, read now: every topic',
    description: 'A topic that could not be read is unknown, with the reason and how to get it; the rest stands.',
    role: 'viewer',
    params: z.strictObject({ name }),
    answers: { 200: { description: 'The report.', schema: databaseReportSchema } },
    serve: async (request) => {
      const options = { ...callOptions(request), deadlineMs }
      const { reportJson } = await client.getDatabase({ name: request.params.name, topic: '' }, options)
      return { body: databaseReportSchema.parse(JSON.parse(reportJson)) }
    },
  })
}

function topicRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/databases/{name}/{topic}`,
    tag: infraTag,
    summary: 'One topic of a database, read now',
    role: 'viewer',
    params: z.strictObject({
      name,
      topic: z
        .string()
        .min(1)
        .max(40)
        .describe(
          'Of Postgres connections, locks, slow, indexes, bloat, vacuum, sequences, replication, wal, cache or settings; of Redis connections, latency, slow, memory, cache, persistence, replication, cluster or keyspace.',
        ),
    }),
    answers: { 200: { description: 'The report, with this topic.', schema: databaseReportSchema } },
    serve: async (request) => {
      const options = { ...callOptions(request), deadlineMs }
      const { reportJson } = await client.getDatabase(request.params, options)
      return { body: databaseReportSchema.parse(JSON.parse(reportJson)) }
    },
  })
}
