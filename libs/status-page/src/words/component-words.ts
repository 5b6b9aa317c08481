import type { Status } from '../model.ts'

export function statusWord(status: Status): string {
  const words: Readonly<Record<Status, string>> = {
    operational: 'Operational',
    degraded: 'Degraded',
    partial_outage: 'Partial outage',
    outage: 'Outage',
    maintenance: 'Maintenance',
    unknown: 'Unknown',
  }
  return words[status]
}

export interface Trouble {
  readonly status: Status
  readonly error?: string | undefined
  readonly wasChecked: boolean
  readonly isFlapping: boolean
}

/** What is wrong with a component, as a sentence without its full stop. */
export function troubleSentence(trouble: Trouble): string {
  const error = trouble.error ?? defaultSentence(trouble)
  const sentence = error.charAt(0).toUpperCase() + error.slice(1)
  return trouble.isFlapping ? `Going up and down: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence
}

function defaultSentence(trouble: Trouble): string {
  if (trouble.status === 'outage') return 'not working'
  if (trouble.status === 'degraded') return 'slower or less reliable than usual'
  if (trouble.status === 'partial_outage') return 'some of its checks fail'
  if (trouble.status === 'maintenance') return 'planned work is under way'
  return trouble.wasChecked ? 'not checked lately' : 'not checked yet'
}
