import type { Notification, NotificationService } from '@akashic/proto'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { iso, isoOrNull } from '../instant.ts'

type Client = RpcClientOf<NotificationService>

const tag = 'Notifications'
const path = '/api/v1/notifications'
const states = z.enum(['queued', 'sending', 'delivered', 'superseded', 'dead'])

const notificationSchema = z
  .object({
    id: z.string(),
    channel: z.string(),
    to: z.string().nullable().describe('Whom it reaches on the channel; null: whom the channel names.'),
    subject: z.string().describe('What it is about, as `incident:<id>`.'),
    type: z.string().describe('As `incident.opened` or `page.called`.'),
    title: z.string(),
    person: z.string().nullable().describe('Id of the person who is paged by it.'),
    state: states.describe(
      '`dead`: it was given up, and can be tried again. `superseded`: a call to answer what had been answered by then.',
    ),
    attempts: z.int(),
    isUncertain: z.boolean().describe('An attempt may have been delivered although nothing says so.'),
    lastError: z.string().nullable(),
    createdAt: z.iso.datetime(),
    nextAttemptAt: z.iso.datetime().nullable(),
    settledAt: z.iso.datetime().nullable().describe('When it was delivered or given up.'),
    giveUpAt: z.iso.datetime(),
  })
  .meta({ id: 'Notification' })

const channelSchema = z.object({ name: z.string(), type: z.string() }).meta({ id: 'Channel' })
const params = z.strictObject({ id: z.string().min(1).max(64).describe('Id of a notification.') })
const one = { description: 'The notification as it is now.', schema: notificationSchema }

export function notificationRoutes(client: Client): Route[] {
  // `test` is no id: it comes first.
  return [testRoute(client), ...readRoutes(client), retryRoute(client)]
}

function readRoutes(client: Client): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path,
      tag,
      summary: 'List what was sent where, newest first',
      role: 'viewer',
      query: z.strictObject({
        ...listQuery,
        state: states.optional().describe('Only those in this state; `dead` are the dead letters.'),
        channel: z.string().max(63).optional().describe('Only those to this channel.'),
        incident: z.string().max(64).optional().describe('Only those about this incident.'),
      }),
      answers: { 200: { description: 'A page of notifications.', schema: pageOf(notificationSchema) } },
      serve: async (request) => {
        const { limit, cursor, state = '', channel = '', incident = '' } = request.query
        const asked = { limit, cursor, state, channel, incidentId: incident }
        const { notifications, nextCursor } = await client.listNotifications(asked, callOptions(request))
        return { body: { items: notifications.map(resource), nextCursor: nextCursor || null } }
      },
    }),
    operatorRoute({
      method: 'GET',
      path: '/api/v1/notifications/channels',
      tag,
      summary: 'List the channels of the configuration, without their secrets',
      role: 'viewer',
      answers: { 200: { description: 'The channels.', schema: z.object({ items: z.array(channelSchema) }) } },
      serve: async (request) => ({ body: { items: (await client.listChannels({}, callOptions(request))).channels } }),
    }),
    operatorRoute({
      method: 'GET',
      path: `${path}/{id}`,
      tag,
      summary: 'Show a notification',
      role: 'viewer',
      params,
      answers: { 200: one },
      serve: async (request) => {
        const { notification } = await client.getNotification({ id: request.params.id }, callOptions(request))
        return { body: resource(notification!) }
      },
    }),
  ]
}

function retryRoute(client: Client): Route {
  return operatorRoute({
    method: 'POST',
    path: `${path}/{id}/retry`,
    tag,
    summary: 'Try a notification again that was given up',
    role: 'operator',
    params,
    answers: { 202: one },
    serve: async (request) => {
      const { notification } = await client.retryNotification({ id: request.params.id }, callOptions(request))
      return { status: 202, body: resource(notification!) }
    },
  })
}

function testRoute(client: Client): Route {
  return operatorRoute({
    method: 'POST',
    path: `${path}/test`,
    tag,
    summary: 'Send a test message to a channel',
    role: 'operator',
    body: z.strictObject({
      channel: z.string().min(1).max(63).describe('Name of the channel.'),
      to: z
        .string()
        .trim()
        .max(320)
        .default('')
        .describe('Whom it is to reach there; by default whom the channel names.'),
    }),
    answers: { 202: one },
    serve: async (request) => {
      const { channel, to } = request.body
      const { notification } = await client.testChannel({ channel, recipient: to }, callOptions(request))
      return { status: 202, body: resource(notification!) }
    },
  })
}

function resource(notification: Notification): z.infer<typeof notificationSchema> {
  const { id, channel, recipient, subject, type, title, person, attempts, isUncertain, lastError } = notification
  return {
    ...{ id, channel, subject, type, title, attempts, isUncertain },
    state: notification.state as z.infer<typeof states>,
    to: recipient || null,
    person: person || null,
    lastError: lastError || null,
    createdAt: iso(notification.createdAtMs),
    nextAttemptAt: isoOrNull(notification.nextAttemptAtMs),
    settledAt: isoOrNull(notification.settledAtMs),
    giveUpAt: iso(notification.giveUpAtMs),
  }
}
