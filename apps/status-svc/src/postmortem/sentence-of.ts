import type { TimelineEntry } from '../timeline/entry.ts'
import { asMarkdownText } from './markdown-text.ts'

type Body = TimelineEntry['body']

const text = (body: Body, key: string): string => {
  const value = body[key]
  return asMarkdownText(typeof value === 'string' || typeof value === 'number' ? String(value) : '')
}

const sentences: Readonly<Record<string, (body: Body) => string>> = {
  opened: (body) => `opened as SEV-${text(body, 'severity')}: ${text(body, 'title')}`,
  changed: (body) => `changed ${Object.keys(body).map(asMarkdownText).join(', ')}`,
  joined: (body) => `${text(body, 'componentId')} joined (${text(body, 'status')})`,
  left: (body) => `${text(body, 'componentId')} was taken out`,
  component_changed: (body) => `${text(body, 'componentId')} was ${text(body, 'status')}`,
  recovered: (body) => `${text(body, 'componentId')} recovered`,
  root_changed: (body) => `${text(body, 'componentId')} turned out to be the root cause`,
  merged: (body) => (text(body, 'into') ? `merged into ${text(body, 'into')}` : `took over ${text(body, 'from')}`),
  alert_joined: (body) => `alert of ${text(body, 'source')}: ${text(body, 'summary')}`,
  paged: (body) => (text(body, 'person') === '' ? 'nobody is on call' : `${text(body, 'person')} was paged`),
  page_answered: (body) => `${text(body, 'person')} answered the page: ${text(body, 'answer')}`,
  page_exhausted: () => 'nobody acknowledged the page',
  alert_resolved: (body) => `alert of ${text(body, 'source')} fires no more: ${text(body, 'summary')}`,
  diagnosed: (body) => `diagnosed: ${text(body, 'summary')}`,
  status_changed: (body) => `moved from ${text(body, 'from')} to ${text(body, 'to')}`,
  reopened: (body) => `reopened; it had been ${text(body, 'from')}`,
  update_drafted: (body) => `drafted: ${text(body, 'body')}`,
  update_published: (body) => `published: ${text(body, 'body')}`,
  update_edited: (body) => `edited, from: ${text(body, 'original')} to: ${text(body, 'body')}`,
  update_withdrawn: (body) => `withdrew: ${text(body, 'original')} (${text(body, 'reason')})`,
  update_overdue: (body) => `the public waited for an update that was due ${text(body, 'dueAt')}`,
  role_assigned: (body) => `${text(body, 'role')}: ${text(body, 'person') || 'nobody'}`,
  checklist_ticked: (body) => `ticked ${text(body, 'key')} ${text(body, 'evidence')}`.trimEnd(),
  checklist_unticked: (body) => `took back the tick of ${text(body, 'key')}`,
  checklist_overdue: (body) => `step ${text(body, 'step')} of the checklist was overdue`,
  postmortem_saved: () => 'saved the postmortem',
  postmortem_published: () => 'published the postmortem',
  action_item_saved: (body) => `action item: ${text(body, 'text')} (${text(body, 'owner')})`,
}

/** What an entry of the timeline says, in a line of Markdown, with who did it. */
export function sentenceOf({ kind, actor, body }: Pick<TimelineEntry, 'kind' | 'actor' | 'body'>): string {
  return `${asMarkdownText(actor)}: ${sentences[kind]?.(body) ?? asMarkdownText(kind)}`
}
