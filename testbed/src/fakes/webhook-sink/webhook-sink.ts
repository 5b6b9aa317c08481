import { Webhook } from 'standardwebhooks'
import { json, startFaultyServer } from './faulty-server.ts'
import type { Answer, Call, FaultyServer } from './faulty-server.ts'

export interface WebhookDelivery {
  /** `webhook-id`: the same for every attempt. */
  readonly id: string
  /** How often it came. */
  readonly times: number
  /** As it came first. */
  readonly headers: Call['headers']
  readonly body: unknown
}

export interface WebhookSink extends Omit<FaultyServer, 'rateLimit'> {
  /** Where to send to; the path is a secret as that of real receivers is. */
  readonly url: string
  /** What was taken, each id once, in the order in which it came. */
  deliveries(): WebhookDelivery[]
  /** Requests whose signature or time was not right. */
  refusals(): number
}

const path = '/hooks/8b1f0c6e2d7a4935'

/** A receiver of Standard Webhooks: it verifies signatures, and takes each `webhook-id` once. */
export async function startWebhookSink(secret: string): Promise<WebhookSink> {
  const key = new Webhook(secret)
  const taken = new Map<string, WebhookDelivery>()
  let refusals = 0

  const take = (call: Call): Answer => {
    if (call.method !== 'POST' || call.path !== path) return json(404, { error: 'not_found' })
    let body: unknown
    try {
      body = key.verify(call.body, call.headers as Record<string, string>)
    } catch {
      refusals++
      return json(401, { error: 'invalid_signature' })
    }
    const id = String(call.headers['webhook-id'])
    const before = taken.get(id) ?? { id, times: 0, headers: call.headers, body }
    taken.set(id, { ...before, times: before.times + 1 })
    return { status: 204 }
  }

  const { rateLimit: _, ...server } = await startFaultyServer({ take, rateLimited: { status: 429 } })
  return {
    ...server,
    url: `${server.url}${path}`,
    deliveries: () => [...taken.values()],
    refusals: () => refusals,
  }
}
