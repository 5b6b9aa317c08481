import type { AlertService, LabelledAlert } from '@akashic/proto'
import { operatorRoute } from '@akashic/shared/http'
import type { OperatorRequest, Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'

type Client = RpcClientOf<AlertService>

const tag = 'Alerts'
const labels = z.record(z.string(), z.string())
const rfc3339 = z.iso.datetime({ offset: true })
/** An instant as Go writes it: with up to nanoseconds, and with an offset. Go's zero time means none. */
const instant = z
  .string()
  .refine((text) => text === '' || rfc3339.safeParse(text).success, 'must be an instant (RFC 3339)')
  .transform((text) => (text === '' || text.startsWith('0001-') ? undefined : Date.parse(text)))

const postable = z.object({
  labels,
  annotations: labels.default({}),
  startsAt: instant.optional(),
  endsAt: instant.optional(),
  generatorURL: z.string().optional(),
})

const webhook = z.object({
  version: z.string().default('4'),
  status: z.enum(['firing', 'resolved']),
  alerts: z.array(postable.extend({ status: z.enum(['firing', 'resolved']).optional() })).max(10_000),
})

const outcomeSchema = z
  .object({
    fired: z.int().describe('Alerts that fire.'),
    resolved: z.int().describe('Alerts that fire no more.'),
    refused: z
      .array(z.object({ index: z.int(), reason: z.string() }))
      .describe('Alerts of which nothing could be made.'),
  })
  .meta({ id: 'ReceivedAlerts' })
const answers = { 200: { description: 'What became of them.', schema: outcomeSchema } }

/** Where Prometheus and Alertmanager send alerts to. */
export function receiverRoutes(client: Client): Route[] {
  return [
    operatorRoute({
      method: 'POST',
      path: '/alertmanager/api/v2/alerts',
      tag,
      summary: 'Take alerts as an Alertmanager does, from a Prometheus',
      description: 'An alert ends when its `endsAt` passes without its being told of again.',
      role: 'operator',
      body: z.array(postable).max(10_000),
      answers,
      serve: (request) =>
        raise(
          client,
          request,
          'prometheus',
          request.body.map((alert) => labelled(alert, 'firing')),
        ),
    }),
    operatorRoute({
      method: 'POST',
      path: '/api/v1/alerts/alertmanager',
      tag,
      summary: 'Take the webhook of an Alertmanager',
      role: 'operator',
      body: webhook,
      answers,
      serve: (request) => {
        const { status, alerts } = request.body
        return raise(
          client,
          request,
          'alertmanager',
          // Of an alert that fires, its webhook's end says nothing.
          alerts.map((alert) => labelled({ ...alert, endsAt: undefined }, alert.status ?? status)),
        )
      },
    }),
  ]
}

async function raise(
  client: Client,
  request: OperatorRequest<unknown, unknown, unknown>,
  source: string,
  alerts: LabelledAlert[],
) {
  const { fired, resolved, refused } = await client.raiseAlerts({ source, alerts }, callOptions(request))
  return { body: { fired, resolved, refused } }
}

const labelled = (
  { labels: own, annotations, startsAt, endsAt }: z.output<typeof postable>,
  status: 'firing' | 'resolved',
): LabelledAlert => ({
  ...{ labels: own, annotations, startsAtMs: startsAt, endsAtMs: endsAt },
  status: status === 'firing' ? 'ALERT_STATUS_FIRING' : 'ALERT_STATUS_RESOLVED',
})
