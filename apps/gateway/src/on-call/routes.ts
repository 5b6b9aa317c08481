import { duration } from '@akashic/config'
import type { OnCallService } from '@akashic/proto'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { instantMs } from '../incidents/incident-reply.ts'
import {
  escalationSchema,
  onCallSchema,
  pageResource,
  pageSchema,
  scheduleSchema,
  shiftResource,
  shiftSchema,
} from './on-call-resource.ts'
import { overrideRoutes } from './override-routes.ts'

type Client = RpcClientOf<OnCallService>

const tag = 'On call'

export function onCallRoutes(client: Client): Route[] {
  return [nowRoute(client), ...scheduleRoutes(client), ...overrideRoutes(client), ...pageRoutes(client)]
}

function nowRoute(client: Client): Route {
  return operatorRoute({
    method: 'GET',
    path: '/api/v1/oncall/now',
    tag,
    summary: 'Who is on call, in every schedule',
    role: 'viewer',
    query: z.strictObject({ at: instantMs.optional().describe('Another instant than now.') }),
    answers: {
      200: { description: 'One entry for each schedule.', schema: z.object({ items: z.array(onCallSchema) }) },
    },
    serve: async (request) => {
      const { schedules } = await client.getOnCall({ atMs: request.query.at }, callOptions(request))
      const items = schedules.map(({ schedule, timeZone, shift, next }) => ({
        ...{ schedule, timeZone, shift: shiftResource(shift!), next: next ? shiftResource(next) : null },
      }))
      return { body: { items } }
    },
  })
}

function scheduleRoutes(client: Client): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/oncall/schedules',
      tag,
      summary: 'List the schedules of the configuration',
      role: 'viewer',
      answers: { 200: { description: 'The schedules.', schema: z.object({ items: z.array(scheduleSchema) }) } },
      serve: async (request) => ({ body: { items: (await client.listSchedules({}, callOptions(request))).schedules } }),
    }),
    operatorRoute({
      method: 'GET',
      path: '/api/v1/oncall/policies',
      tag,
      summary: 'List the escalation policies of the configuration',
      role: 'viewer',
      answers: { 200: { description: 'The policies.', schema: z.object({ items: z.array(escalationSchema) }) } },
      serve: async (request) => ({ body: { items: (await client.listSchedules({}, callOptions(request))).policies } }),
    }),
    operatorRoute({
      method: 'GET',
      path: '/api/v1/oncall/schedules/{name}/shifts',
      tag,
      summary: 'The shifts of a schedule within a time of at most a year',
      role: 'viewer',
      params: z.strictObject({ name: z.string().min(1).max(63) }),
      query: z.strictObject({ from: instantMs, to: instantMs }),
      answers: {
        200: { description: 'Shifts, in order and without a hole.', schema: z.object({ items: z.array(shiftSchema) }) },
      },
      serve: async (request) => {
        const { from, to } = request.query
        const asked = { schedule: request.params.name, fromMs: from, toMs: to }
        const { shifts } = await client.listShifts(asked, callOptions(request))
        return { body: { items: shifts.map(shiftResource) } }
      },
    }),
  ]
}

const pageId = z.strictObject({ id: z.string().min(1).max(64).describe('Id of a page.') })
const answered = { 200: { description: 'The page as it is now.', schema: pageSchema } }

function pageRoutes(client: Client): Route[] {
  const answer = (name: 'acknowledge' | 'escalate', summary: string): Route =>
    operatorRoute({
      method: 'POST',
      path: `/api/v1/oncall/pages/{id}/${name}`,
      tag,
      summary,
      role: 'operator',
      params: pageId,
      answers: answered,
      serve: async (request) => {
        const asked = { id: request.params.id, answer: name, forMs: 0 }
        return { body: pageResource((await client.answerPage(asked, callOptions(request))).page!) }
      },
    })
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/oncall/pages',
      tag,
      summary: 'List the pages, newest first',
      role: 'viewer',
      query: z.strictObject({
        ...listQuery,
        state: z.enum(['open', 'all']).default('open').describe('Only what is not over, or all.'),
      }),
      answers: { 200: { description: 'A page of pages.', schema: pageOf(pageSchema) } },
      serve: async (request) => {
        const { limit, cursor, state } = request.query
        const asked = { limit, cursor, onlyOpen: state === 'open' }
        const { pages, nextCursor } = await client.listPages(asked, callOptions(request))
        return { body: { items: pages.map(pageResource), nextCursor: nextCursor || null } }
      },
    }),
    answer('acknowledge', 'Acknowledge a page: nobody else is called'),
    answer('escalate', 'Call the next step of a page at once'),
    operatorRoute({
      method: 'POST',
      path: '/api/v1/oncall/pages/{id}/snooze',
      tag,
      summary: 'Have a page call again later, from its first step',
      role: 'operator',
      params: pageId,
      body: z.strictObject({ for: duration.describe('How long, `1m` to `24h`.') }),
      answers: answered,
      serve: async (request) => {
        const asked = { id: request.params.id, answer: 'snooze', forMs: request.body.for }
        return { body: pageResource((await client.answerPage(asked, callOptions(request))).page!) }
      },
    }),
  ]
}
