import type { ChannelOf } from '@akashic/config'
import type { OutgoingMessage, Receipt, Sender } from '../message.ts'
import { postJson } from './post-json.ts'
import type { SenderDeps } from './sender-deps.ts'

const maxSummaryCharacters = 1_024
/** An event may have 512 KB in all. */
const maxDetailCharacters = 10_000
const noReference: Receipt = { reference: null }

/** Events API v2: one alert for each subject. Updates are not sent, as PagerDuty knows them only as further triggers. */
export function pagerdutySender(spec: ChannelOf<'pagerduty'>, { outbound, clock }: SenderDeps): Sender {
  const url = `${spec.apiUrl.replace(/\/+$/, '')}/v2/enqueue`
  const terms = { outbound, clock, secrets: [spec.routingKey] }
  return {
    async send(message, signal) {
      if (message.action === 'update') return noReference
      const event = { routing_key: spec.routingKey, ...eventOf(message) }
      await postJson(terms, { url, body: JSON.stringify(event) }, signal)
      return noReference
    },
  }
}

function eventOf(message: OutgoingMessage): object {
  return {
    event_action: message.action,
    dedup_key: message.subject,
    payload: {
      summary: cut(message.title, maxSummaryCharacters),
      source: 'akashic',
      severity: message.urgency,
      timestamp: new Date(message.createdAtMs).toISOString(),
      custom_details: {
        ...Object.fromEntries(message.facts.map(({ name, value }) => [name, cut(value, maxDetailCharacters)])),
        ...(message.body && { text: cut(message.body, maxDetailCharacters) }),
      },
    },
    links: linksOf(message),
  }
}

function linksOf({ url, acknowledgeUrl }: OutgoingMessage): { href: string; text: string }[] {
  return [
    ...(url === null ? [] : [{ href: url, text: 'Read in full' }]),
    ...(acknowledgeUrl === null ? [] : [{ href: acknowledgeUrl, text: 'Acknowledge' }]),
  ]
}

/** Half a surrogate pair is no character. */
const cut = (text: string, most: number): string => text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')
