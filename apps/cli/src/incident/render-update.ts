import { paragraphLines } from '../terminal/paragraphs.ts'
import { statusFace } from '../terminal/status-words.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable, wrapped } from '../terminal/text-width.ts'
import { instantInWords, inWords } from '../terminal/words.ts'
import { isOpen, type Incident, type IncidentUpdate, type ListedIncident } from './incident.ts'

type Canvas = Pick<Terminal, 'paint' | 'columns'>

const statePaint = { draft: 'yellow', published: 'green', withdrawn: 'grey' } as const

/** An update: its state and where it stood, its words, and the components that it names. */
export function updateLines(update: IncidentUpdate, { paint, columns }: Canvas, nowMs: number): string[] {
  const { state, status, author, createdAt, publishedAt, nextUpdateAt } = update
  const at = instantInWords(Date.parse(publishedAt ?? createdAt), nowMs)
  const head = `${paint[statePaint[state]](paint.bold(state.toUpperCase()))} ${status}, ${printable(author)}, ${at}`
  const named = update.affectedComponents.map(({ name, newStatus }) => {
    const { word } = statusFace(newStatus, paint)
    return printable(`${name}: ${word}`)
  })
  const facts = [
    ...(named.length === 0 ? [] : wrapped(named, ', ', columns - 4)),
    ...(nextUpdateAt === null ? [] : [`next update promised for ${instantInWords(Date.parse(nextUpdateAt), nowMs)}`]),
    `update ${update.id}`,
  ]
  return [
    `  ${head}`,
    ...paragraphLines(update.body, columns, '    '),
    ...facts.map((fact) => `    ${paint.dim(fact)}`),
  ]
}

/** What the public knows of an incident, and when it is to hear more. */
export function toldText(incident: ListedIncident, nowMs: number): string {
  if (incident.visibility !== 'public') return `The public is told nothing: it is ${incident.visibility}.`
  const { firstPublishedAt } = incident
  const told =
    firstPublishedAt === null
      ? 'The public is told nothing yet'
      : `The public knows since ${instantInWords(Date.parse(firstPublishedAt), nowMs)}`
  return `${told}${promiseText(incident, nowMs)}.${lagText(incident)}`
}

/** What the public still reads, where that is another standing than the operators'. */
function lagText(incident: ListedIncident | Incident): string {
  const updates = 'updates' in incident ? incident.updates.filter(({ publishedAt }) => publishedAt !== null) : []
  const told = updates
    .filter(({ state }) => state === 'published')
    .toSorted(byPublication)
    .at(-1)?.status
  const isAlike =
    told === undefined || told === incident.status || (told === 'resolved' && incident.status === 'postmortem')
  return isAlike ? '' : ` It still reads: ${told}.`
}

const byPublication = (one: IncidentUpdate, other: IncidentUpdate): number =>
  (one.publishedAt ?? '') < (other.publishedAt ?? '') ? -1 : 1

function promiseText(incident: ListedIncident, nowMs: number): string {
  const { nextUpdateAt, isUpdateOverdue, firstPublishedAt } = incident
  if (nextUpdateAt === null || !isOpen(incident)) return ''
  const dueMs = Date.parse(nextUpdateAt)
  const word = firstPublishedAt === null ? 'the first word' : 'the next update'
  if (isUpdateOverdue) return `; ${word} is OVERDUE by ${inWords(nowMs - dueMs)}`
  return `; ${word} is due in ${inWords(dueMs - nowMs)} (${instantInWords(dueMs, nowMs)})`
}
