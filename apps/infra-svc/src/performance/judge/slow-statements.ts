import { lookAt } from '../../analyse/remedies.ts'
import { advise } from '../../database/remedies.ts'
import type { StatementMeans } from '../../database/statement-means.ts'
import { msText } from '../words.ts'
import { componentFinding, type Judged } from './component-finding.ts'

/** The guide's limit for a mean. */
const limitMs = 1_000
const fewestCalls = 5
const most = 10

/** Statements of a database that a component uses and that take more than a second on average, the slowest first. */
export function slowStatements(component: string, database: string, read: StatementMeans): Judged {
  if (read.means === null) {
    const howToGet = `See \`akashic db ${database} slow\``
    return {
      findings: [],
      unknown: [{ what: `slow statements of database ${database}`, reason: read.reason, howToGet }],
    }
  }
  const { to } = read
  const slow = read.means
    .filter(({ calls, meanMs }) => calls >= fewestCalls && meanMs > limitMs)
    .toSorted((a, b) => b.meanMs - a.meanMs)
  const findings = slow.slice(0, most).map(({ id, calls, meanMs, isOfSpan, text }) =>
    componentFinding({
      ...{ rule: 'perf-slow-statement', severity: 'warning', component, reason: 'SlowStatement' },
      object: { kind: 'Query', namespace: database, name: id },
      summary: `A statement of database ${database} takes ${msText(meanMs)} on average${isOfSpan ? '' : ' since it is counted'}, ${calls} times: ${text ?? `query id ${id}`}`,
      evidence: { 'mean time': msText(meanMs), calls: String(calls), ...(text !== null && { statement: text }) },
      remedies: [
        lookAt('See the statement and what it costs', `akashic db ${database} slow`),
        lookAt('See which indexes are missing', `akashic db ${database} indexes`),
        advise('Ask for fewer rows or columns, or for many keys at once in place of one at a time', 'the program'),
      ],
      atMs: to.getTime(),
    }),
  )
  return { findings, unknown: [] }
}
