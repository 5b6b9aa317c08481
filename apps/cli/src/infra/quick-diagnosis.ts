import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { faceOf } from './faces.ts'
import type { QuickDiagnosis, SectionStatus } from './infra.ts'

/** As the guide's script ended: 0 healthy, 1 problems, 2 could not look. */
const codes: Readonly<Record<SectionStatus, number>> = { healthy: 0, problems: 1, unknown: 2 }
const couldNotLook = 2
const mostShown = 8
const mostUnseen = 2

const titles: Readonly<Record<string, string>> = {
  cluster: 'Cluster',
  application: 'Application',
  database: 'Database',
  recentErrors: 'Recent errors',
  externalServices: 'External services',
}

/** A first look at everything, worst first. */
export async function showQuickDiagnosis(
  { terminal, env, dataDir }: Session,
  options: { readonly json?: true },
): Promise<number> {
  const report = await look(env, dataDir)
  if (options.json) terminal.print(JSON.stringify(report, null, 2))
  else for (const line of reportLines(report, terminal)) terminal.print(line)
  return codes[report.status]
}

/** @throws CliError whose exit code says that nobody could look. */
async function look(env: Session['env'], dataDir: string): Promise<QuickDiagnosis> {
  const trying = 'Looking at everything'
  try {
    const api = await openApi(env, dataDir)
    return await api.call<QuickDiagnosis>({ path: '/api/v1/infra/quick-diagnosis', trying })
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    const { tried, message, details, next } = error
    throw new CliError(tried, message, { details, next, exitCode: couldNotLook, cause: error })
  }
}

const order: Readonly<Record<SectionStatus, number>> = { problems: 0, unknown: 1, healthy: 2 }

function reportLines({ status, sections }: QuickDiagnosis, terminal: Terminal): string[] {
  const { paint, columns, program } = terminal
  const bad = sections.filter((section) => section.status === 'problems').length
  const unseen = sections.filter((section) => section.status === 'unknown').length
  const { icon, colour } = faceOf(status)
  const verdict =
    bad > 0
      ? `${bad} of ${sections.length} sections have problems`
      : unseen > 0
        ? `No problem seen; ${unseen} of ${sections.length} sections are unknown`
        : 'All five sections are well'
  return [
    paint[colour](paint.bold(`${icon} ${verdict}`)),
    ...sections
      .toSorted((a, b) => order[a.status] - order[b.status])
      .flatMap((section) => ['', ...sectionLines(section, terminal)]),
    ...(bad > 0 ? ['', 'Next:', ...paragraphLines(`${program} why`, columns, '  ').map(paint.bold)] : []),
  ]
}

function sectionLines(
  { name, status, says, items }: QuickDiagnosis['sections'][number],
  { paint, columns }: Terminal,
): string[] {
  const { icon, colour } = faceOf(status)
  const [problems, unseen] = (['problems', 'unknown'] as const).map((is) => items.filter((item) => item.status === is))
  // However many problems there are, what could not be seen is told beside them.
  const bad = [...problems!.slice(0, mostShown - Math.min(unseen!.length, mostUnseen)), ...unseen!]
  const left = problems!.length + unseen!.length - Math.min(bad.length, mostShown)
  const head = `${paint[colour](`${icon} ${paint.bold(titles[name] ?? name)}`)}`
  const lines = bad.slice(0, mostShown).flatMap((item) => paragraphLines(`${item.name}: ${item.says}`, columns, '    '))
  const more = left > 0 ? [`    and ${left} more`] : []
  return bad.length === 0 ? [`${head}  ${says}`] : [head, ...lines, ...more]
}
