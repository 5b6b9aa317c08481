import type { Fact, OutgoingMessage } from '../message.ts'

/** Characters that the text of a section may have. */
const maxSectionCharacters = 3_000

interface Block {
  readonly type: 'section' | 'context'
  readonly [field: string]: unknown
}

/** The message as Block Kit, and as text for what shows no blocks, such as notifications on a phone. */
export function slackText(message: OutgoingMessage): { text: string; blocks: Block[]; unfurl_links: false } {
  const { title, body, facts, urgency, action } = message
  return {
    text: mrkdwn(body === '' ? title : `${title}\n${body}`),
    blocks: [
      ...section(`*${mrkdwn(title, maxSectionCharacters - 2)}*`),
      ...section(mrkdwn(body)),
      ...section(factList(facts)),
      ...section(linksOf(message)),
      { type: 'context', elements: [{ type: 'mrkdwn', text: `${urgency} · ${action}` }] },
    ],
    unfurl_links: false,
  }
}

function section(text: string): Block[] {
  return text.trim() === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text } }]
}

/** As many facts as a section holds, whole. */
function factList(facts: readonly Fact[]): string {
  let list = ''
  for (const { name, value } of facts) {
    const line = `• *${mrkdwn(name, 200)}:* ${mrkdwn(value, 1_000)}\n`
    if (list.length + line.length > maxSectionCharacters) break
    list += line
  }
  return list.trimEnd()
}

/** Plain links: the press of a button would be reported to an address that the app need not have. */
function linksOf({ url, acknowledgeUrl }: OutgoingMessage): string {
  const link = (to: string | null, words: string): string[] => (to === null ? [] : [`<${escaped(to)}|${words}>`])
  return [...link(acknowledgeUrl, 'Acknowledge'), ...link(url, 'Read in full')].join('  ·  ')
}

/** Text that mentions nobody and links nowhere, cut to `most` characters but never within an escaped one. */
function mrkdwn(text: string, most = maxSectionCharacters): string {
  const whole = escaped(text)
  if (whole.length <= most) return whole
  return `${whole
    .slice(0, most - 1)
    .replace(/&[a-z]*$/, '')
    .replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** The three characters by which Slack's markup begins commands, mentions and links. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
