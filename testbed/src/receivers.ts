import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { startPagerDuty } from './fakes/pagerduty/pagerduty.ts'
import { startSlack } from './fakes/slack/slack.ts'
import { startWebhookSink } from './fakes/webhook-sink/webhook-sink.ts'
import { startSmtp } from './real/smtp.ts'

/** `npm run receivers -- FILE`: a Slack, a PagerDuty, a webhook and a mail server on this machine, to try notifications with.
 *  Writes their channels to FILE, as a part of akashic.yaml, and prints whatever reaches them until it is stopped. */
const { positionals } = parseArgs({ allowPositionals: true })
const [file] = positionals
if (!file) {
  console.error('Usage: npm run receivers -- FILE, as akashic.d/receivers.yaml')
  process.exit(2)
}

const secret = `whsec_${Buffer.from('a key for trying, and for that only').toString('base64')}`
const conversation = 'C0000000001'
const [slack, pagerduty, hook, mail] = await Promise.all([
  startSlack({ channels: { ops: conversation } }),
  startPagerDuty(),
  startWebhookSink(secret),
  startSmtp(),
])

const channels = [
  { type: 'slack', name: 'slack', token: slack.token, channel: conversation, apiUrl: slack.url },
  { type: 'pagerduty', name: 'pagerduty', routingKey: pagerduty.routingKey, apiUrl: pagerduty.url },
  { type: 'webhook', name: 'hook', url: hook.url, secret },
  {
    ...{ type: 'email', name: 'mail', server: `smtp://127.0.0.1:${mail.port}` },
    ...{ from: 'ops@example.org', to: ['all@example.org'] },
  },
]
await writeFile(file, JSON.stringify({ channels }, null, 2), { mode: 0o600 })
console.log(`Listening. Their channels are in ${file}: slack, pagerduty, hook, mail.`)

const seen = new Map<string, number>()

/** Prints what is new among all that reached a receiver so far. */
function print(receiver: string, lines: readonly string[]): void {
  for (const line of lines.slice(seen.get(receiver) ?? 0)) console.log(`${receiver.padEnd(10)} ${line}`)
  seen.set(receiver, lines.length)
}

setInterval(() => {
  const messages = slack.messages(conversation)
  print(
    'slack',
    messages.map(({ text, thread_ts }) => `${thread_ts === undefined ? '' : '└ '}${firstLine(text)}`),
  )
  print(
    'pagerduty',
    [...pagerduty.alerts()].flatMap(([key, { events }]) => events.map((event) => `${event.event_action} ${key}`)),
  )
  print(
    'hook',
    hook.deliveries().map(({ body }) => (body as { type: string }).type),
  )
  print(
    'mail',
    mail.mails().map(({ to, subject, body }) => `to ${to}: ${subject}${linkIn(body)}`),
  )
}, 300)

const firstLine = (text: string | undefined): string => (text ?? '').split('\n')[0]!

function linkIn(body: string): string {
  const [link] = /https?:\/\/\S+\/page\/\S+/.exec(body) ?? []
  return link === undefined ? '' : `\n           ${link}`
}
