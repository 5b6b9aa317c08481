import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { infraPath, infraTag, type InfraClient } from './infra-client.ts'
import { changeSchema, clusterSchema, nodesSchema, workloadPageSchema } from './cluster-schemas.ts'
import { lookupSchema, reachabilitySchema } from './network-schemas.ts'
import { storageSchema } from './storage-schema.ts'

const name = z.string().max(253)
const nodesDeadlineMs = 20_000

/** Clusters, their nodes, their network and what was changed in them. */
export function clusterRoutes(client: InfraClient): Route[] {
  return [
    listRoute(client),
    nodesRoute(client),
    storageRoute(client),
    workloadsRoute(client),
    reachabilityRoute(client),
    lookupRoute(client),
    changesRoute(client),
  ]
}

function listRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/clusters`,
    tag: infraTag,
    summary: 'List the clusters that are looked at, and how fresh what is known of each is',
    role: 'viewer',
    answers: { 200: { description: 'All of them.', schema: pageOf(clusterSchema) } },
    serve: async (request) => {
      const { clusterJson } = await client.listClusters({}, callOptions(request))
      return { body: { items: clusterJson.map((json) => clusterSchema.parse(JSON.parse(json))), nextCursor: null } }
    },
  })
}

function nodesRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/clusters/{cluster}/nodes`,
    tag: infraTag,
    summary: 'How the nodes of a cluster are, worst first',
    description: 'What was not measured is null and its status unknown.',
    role: 'viewer',
    params: z.strictObject({ cluster: name }),
    answers: { 200: { description: 'The report.', schema: nodesSchema } },
    serve: async (request) => {
      const options = { ...callOptions(request), deadlineMs: nodesDeadlineMs }
      const { reportJson } = await client.getNodes({ cluster: request.params.cluster }, options)
      return { body: nodesSchema.parse(JSON.parse(reportJson)) }
    },
  })
}

function storageRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/clusters/{cluster}/storage`,
    tag: infraTag,
    summary: 'Storage classes, claims and volumes of a cluster, and what is wrong with them',
    description: 'How full a claim is, is asked of the kubelets; it is null where none measured it.',
    role: 'viewer',
    params: z.strictObject({ cluster: name }),
    query: z.strictObject({ namespace: z.string().max(63).default('').describe('Only of this namespace.') }),
    answers: { 200: { description: 'The report.', schema: storageSchema } },
    serve: async (request) => {
      const options = { ...callOptions(request), deadlineMs: nodesDeadlineMs }
      const asked = { cluster: request.params.cluster, namespace: request.query.namespace }
      const { reportJson } = await client.getStorage(asked, options)
      return { body: storageSchema.parse(JSON.parse(reportJson)) }
    },
  })
}

const end = z
  .string()
  .max(600)
  .regex(/^(?:ip\/\S+|[A-Za-z]+\/[a-z0-9.-]+\/[a-z0-9.-]+)$/, 'must be KIND/NAMESPACE/NAME or ip/ADDRESS')

const target = z.union([z.literal('internet'), end])

function endOf(text: string) {
  if (text === 'internet') return { kind: 'Internet', namespace: '', name: '' }
  const [kind = '', namespace = '', name = ''] = text.split('/')
  return kind === 'ip' ? { kind: 'IP', namespace: '', name: text.slice(3) } : { kind, namespace, name }
}

function workloadsRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/workloads`,
    tag: infraTag,
    summary: 'List workloads: what is wanted, what is ready, and the worst that is wrong; worst first',
    role: 'viewer',
    query: z.strictObject({ ...listQuery, cluster: name.default(''), namespace: name.default('') }),
    answers: { 200: { description: 'A page of them.', schema: workloadPageSchema } },
    serve: async (request) => {
      const { workloadJson, unseenJson, nextCursor } = await client.listWorkloads(request.query, callOptions(request))
      const items = workloadJson.map((json) => JSON.parse(json) as unknown)
      const unseen = unseenJson.map((json) => JSON.parse(json) as unknown)
      return { body: workloadPageSchema.parse({ items, unseen, nextCursor: nextCursor || null }) }
    },
  })
}

function reachabilityRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/network/reachability`,
    tag: infraTag,
    summary: 'Whether traffic gets from one end to the other by the network policies',
    description: "What the policies say holds where the cluster's network enforces them.",
    role: 'viewer',
    query: z.strictObject({
      cluster: name.default(''),
      from: end.describe('As `Deployment/shop/web`, `Pod/shop/web-1` or `ip/10.0.0.1`.'),
      to: target.describe('The same, `Service/shop/db`, or `internet`.'),
      port: z.coerce.number().int().min(1).max(65_535),
      protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'),
    }),
    answers: { 200: { description: 'The answer, with the rule that decides.', schema: reachabilitySchema } },
    serve: async (request) => {
      const { from, to, ...query } = request.query
      const asked = { ...query, from: endOf(from), to: endOf(to) }
      const { reachabilityJson } = await client.getReachability(asked, callOptions(request))
      return { body: reachabilitySchema.parse(JSON.parse(reachabilityJson)) }
    },
  })
}

const lookupDeadlineMs = 10_000

function lookupRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/network/lookup`,
    tag: infraTag,
    summary: 'What a name leads to for a pod of a namespace',
    description:
      "By the cluster's objects, by the state of its name service, and by what that answers when asked from here.",
    role: 'viewer',
    query: z.strictObject({
      cluster: name.default(''),
      name: z.string().min(1).max(254).describe('As `db`, `db.shop` or `api.example.com`.'),
      namespace: z.string().max(63).default('default').describe('Of the pod that looks it up.'),
    }),
    answers: { 200: { description: 'The answer.', schema: lookupSchema } },
    serve: async (request) => {
      const options = { ...callOptions(request), deadlineMs: lookupDeadlineMs }
      const { lookupJson } = await client.lookUpName(request.query, options)
      return { body: lookupSchema.parse(JSON.parse(lookupJson)) }
    },
  })
}

function changesRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/changes`,
    tag: infraTag,
    summary: 'List what was changed in clusters, newest first',
    role: 'viewer',
    query: z.strictObject({
      ...listQuery,
      cluster: name.default(''),
      namespace: name.default(''),
      since: z.iso.datetime({ offset: true }).optional().describe('Only later ones.'),
    }),
    answers: { 200: { description: 'A page of changes.', schema: pageOf(changeSchema) } },
    serve: async (request) => {
      const { since, ...query } = request.query
      const asked = { ...query, sinceMs: since === undefined ? 0 : Date.parse(since) }
      const { changeJson, nextCursor } = await client.listChanges(asked, callOptions(request))
      const items = changeJson.map((json) => changeSchema.parse(JSON.parse(json)))
      return { body: { items, nextCursor: nextCursor || null } }
    },
  })
}
