import type { Incident } from '../incident/incident.ts'
import type { Fact } from '../notification/message.ts'
import type { Said } from '../notification/notification.ts'
import type { Page } from './page.ts'

/** Title of a page as it is now: an incident may have become worse since, or restricted. */
export function titleNow({ title }: Pick<Page, 'title'>, incident: Incident | null): string {
  return incident ? titleOfIncident(incident) : title
}

/** What pages call an incident; of a restricted one no more than that it is there. */
export const titleOfIncident = ({ severity, visibility, title }: Incident): string =>
  `[SEV-${severity}] ${visibility === 'restricted' ? 'Restricted incident' : title}`

/** What a person who is called reads: what is wrong, worst first, and how to answer. */
export function callWords(page: Page, title: string, incident: Incident | null, isRepeated: boolean): Said {
  const facts = incident && incident.visibility !== 'restricted' ? factsOf(incident) : []
  return {
    action: 'trigger',
    urgency: 'critical',
    type: 'page.called',
    title: `${isRepeated ? 'Still waiting for you' : 'You are paged'}: ${title}`,
    body: `Acknowledge, snooze or escalate: akashic oncall ack ${page.id}`,
    facts,
    url: null,
  }
}

/** What the others are told when somebody answered a page. */
export function answeredWords(title: string, person: string, answer: 'acknowledged' | 'snoozed', detail: string): Said {
  return {
    action: 'acknowledge',
    urgency: 'info',
    type: `page.${answer}`,
    title: `${person} ${answer}${detail === '' ? '' : ` ${detail}`}: ${title}`,
    body: answer === 'acknowledged' ? 'Nobody else is paged.' : 'It pages again after that, unless it is over.',
    facts: [],
    url: null,
  }
}

/** What channels are told when everybody was called and nobody acknowledged. */
export function exhaustedWords(page: Page, title: string): Said {
  return {
    action: 'update',
    urgency: 'critical',
    type: 'page.exhausted',
    title: `Nobody acknowledged: ${title}`,
    body: `Everybody in the policy ${page.policy} was called as often as it says. Nobody is called any more.`,
    facts: [],
    url: null,
  }
}

function factsOf({ severity, status, components, startedAtMs }: Incident): Fact[] {
  const unwell = components.filter(({ recoveredAtMs }) => recoveredAtMs === null)
  const root = components.find(({ isRoot }) => isRoot)
  return [
    { name: 'Severity', value: `SEV-${severity}` },
    { name: 'Status', value: status },
    ...unwell.slice(0, 10).map(({ name, worstStatus }) => ({ name, value: worstStatus.replaceAll('_', ' ') })),
    ...(root && unwell.length > 1 ? [{ name: 'Root', value: root.name }] : []),
    { name: 'Since', value: `${new Date(startedAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC` },
  ]
}
