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
  annotations: labels.nullish().transform((given) => given ?? {}),
  startsAt: instant.optional(),
  endsAt: instant.optional(),
  generatorURL: z.string().optional(),
})

const states = z.enum(['firing', 'resolved'])
const webhookAlert = postable.extend({ status: states.optional() })

/** Each alert is read by itself: one that is odd does not take the others with it. */
const alertsOf = <Alert extends z.ZodType>(alert: Alert) =>
  z.array(z.unknown().meta({ ...z.toJSONSchema(alert, { io: 'input', unrepresentable: 'any' }) })).max(10_000)

const webhook = z.object({
  version: z.string().default('4'),
  status: states,
  alerts: alertsOf(webhookAlert),
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
      body: alertsOf(postable),
      answers,
      serve: (request) =>
        raise(client, request, 'prometheus', request.body, (alert) => labelled(postable.parse(alert), 'firing')),
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
        return raise(client, request, 'alertmanager', alerts, (given) => {
          const alert = webhookAlert.parse(given)
          // Of an alert that fires, its webhook's end says nothing.
          return labelled({ ...alert, endsAt: undefined }, alert.status ?? status)
        })
      },
    }),
  ]
}

async function raise(
  client: Client,
  request: OperatorRequest<unknown, unknown, unknown>,
  source: string,
  given: readonly unknown[],
  read: (alert: unknown) => LabelledAlert,
) {
  const unread: { index: number; reason: string }[] = []
  const alerts: LabelledAlert[] = []
  const places: number[] = []
  given.forEach((alert, index) => {
    try {
      alerts.push(read(alert))
      places.push(index)
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error
      const [issue] = error.issues
      unread.push({ index, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is no alert'}` })
    }
  })
  const { fired, resolved, refused } = await client.raiseAlerts({ source, alerts }, callOptions(request))
  const late = refused.map(({ index, reason }) => ({ index: places[index] ?? index, reason }))
  return { body: { fired, resolved, refused: [...unread, ...late].toSorted((a, b) => a.index - b.index) } }
}

const labelled = (
  { labels: own, annotations, startsAt, endsAt }: z.output<typeof postable>,
  status: 'firing' | 'resolved',
): LabelledAlert => ({
  ...{ labels: own, annotations, startsAtMs: startsAt, endsAtMs: endsAt },
  status: status === 'firing' ? 'ALERT_STATUS_FIRING' : 'ALERT_STATUS_RESOLVED',
})
