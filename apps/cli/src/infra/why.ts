import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseSince } from '../parse-when.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { faceOf } from './faces.ts'
import { workloadNamed } from './workload-named.ts'
import { objectText, type Cause, type Diagnosis, type DiagnosisResult } from './infra.ts'

export interface WhyOptions {
  readonly cluster?: string
  readonly namespace?: string
  readonly component?: string
  readonly since?: string
  readonly all?: true
  readonly json?: true
}

const codes: Readonly<Record<DiagnosisResult['verdict'], number>> = {
  nothing_wrong: exitCodes.ok,
  cause_established: exitCodes.outage,
  none_established: exitCodes.outage,
  unknown: exitCodes.unknown,
}
const path = '/api/v1/infra/diagnoses'
const trying = 'Diagnosing'

/** Says why a workload, a component, a namespace or a whole cluster does not work. */
export async function why(
  { terminal, env, dataDir, clock }: Session,
  workload: string | undefined,
  options: WhyOptions,
): Promise<number> {
  const api = await openApi(env, dataDir)
  const { cluster, since } = options
  const body = {
    ...(cluster !== undefined && { cluster }),
    ...scopeOf(workload, options),
    ...(since !== undefined && { since: parseSince(since, clock.now()) }),
  }
  const diagnosis = await api.call<Diagnosis>({ method: 'POST', path, query: { wait: '8s' }, body, trying })
  if (options.json) terminal.print(JSON.stringify(diagnosis, null, 2))
  if (diagnosis.state === 'failed') throw new CliError(trying, diagnosis.problem ?? 'it could not be made')
  if (diagnosis.result === null) {
    throw new CliError(trying, 'it takes longer than usual', { next: [`akashic api ${path}/${diagnosis.id}`] })
  }
  if (!options.json)
    for (const line of resultLines(diagnosis.result, options.all === true, terminal)) terminal.print(line)
  return codes[diagnosis.result.verdict]
}

function scopeOf(workload: string | undefined, { namespace, component }: WhyOptions) {
  if (component !== undefined) return { scope: 'component', component }
  if (workload === undefined) return namespace === undefined ? { scope: 'cluster' } : { scope: 'namespace', namespace }
  return { scope: 'workload', ...workloadNamed(workload, namespace ?? 'default', trying) }
}

const mostCauses = 5
const mostSymptoms = 8
const mostEvidence = 4

function resultLines(result: DiagnosisResult, isAll: boolean, terminal: Terminal): string[] {
  const { paint, columns } = terminal
  const { verdict, causes, ruledOut, runbooks } = result
  const established = causes.filter(({ isEstablished }) => isEstablished)
  const told = isAll || established.length === 0 ? causes : established
  const shown = isAll ? told : told.slice(0, mostCauses)
  const face = faceOf(verdict === 'nothing_wrong' ? 'healthy' : verdict === 'unknown' ? 'unknown' : 'critical')
  const hidden = told.length - shown.length
  return [
    ...paragraphLines(`${face.icon} ${result.summary}`, columns).map((line) => paint[face.colour](paint.bold(line))),
    ...shown.flatMap((cause, index) => ['', ...causeLines(cause, index + 1, terminal)]),
    ...(hidden > 0 ? ['', `and ${hidden} more: --all shows them.`] : []),
    ...symptomLines(result, isAll, terminal),
    ...(ruledOut.length === 0 ? [] : ['', paint.bold('Ruled out')]),
    ...ruledOut.flatMap(({ object, hypothesis, observation }) =>
      paragraphLines(`${objectText(object)}: not that ${hypothesis}, as ${observation}`, columns, '  '),
    ),
    ...(runbooks.length === 0 ? [] : ['', paint.bold('Runbooks')]),
    ...runbooks.flatMap(({ id, title, because }) => paragraphLines(`${title} (${id}): ${because}`, columns, '  ')),
    ...unseenLines(result, terminal),
    ...nextLines(result, terminal),
  ]
}

/** Where to look on when nothing is established. */
function nextLines({ verdict, nextStep }: DiagnosisResult, { paint, columns }: Terminal): readonly string[] {
  if (verdict !== 'none_established') return []
  if (!nextStep?.command) return ['', 'The log and the changes before it are where to look on.']
  return ['', ...paragraphLines(`Next: ${nextStep.title}`, columns), paint.bold(`  ${printable(nextStep.command)}`)]
}

/** What no established cause explains; with --all every symptom. */
function symptomLines({ symptoms }: DiagnosisResult, isAll: boolean, { paint, columns }: Terminal): readonly string[] {
  const told = isAll ? symptoms : symptoms.filter(({ isExplained }) => !isExplained)
  if (told.length === 0) return []
  const shown = isAll ? told : told.slice(0, mostSymptoms)
  return [
    '',
    paint.bold(isAll ? 'What suffers' : 'Not explained'),
    ...shown.flatMap((symptom) => {
      const { icon, colour } = faceOf(symptom.severity)
      return paragraphLines(`${icon} ${objectText(symptom.object)}: ${symptom.summary}`, columns, '  ').map((line) =>
        paint[colour](line),
      )
    }),
    ...(told.length > shown.length ? [`  and ${told.length - shown.length} more: --all shows them.`] : []),
  ]
}

/** Kinds that one reason keeps from being seen are told together. */
function unseenLines({ unseen }: DiagnosisResult, { paint, columns }: Terminal): readonly string[] {
  if (unseen.length === 0) return []
  const byReason = Map.groupBy(unseen, ({ reason }) => reason.replace(/^(list|watch) of \S+ |GET \S+/, ''))
  return [
    '',
    paint.bold('Could not be seen'),
    ...[...byReason.values()].flatMap((same) => {
      const kinds = same.map(({ what }) => what)
      const names =
        kinds.length > 4 ? `${kinds.slice(0, 3).join(', ')} and ${kinds.length - 3} other kinds` : kinds.join(', ')
      return paragraphLines(`${names}: ${same[0]!.reason}`, columns, '  ')
    }),
  ]
}

function causeLines(
  { object, because, isEstablished, score, points, evidence, chain, remedies }: Cause,
  number: number,
  { paint, columns }: Terminal,
): string[] {
  const title = `${number}. ${objectText(object)}${isEstablished ? '' : ' (only fits)'}`
  return [
    paint.bold(title),
    ...paragraphLines(`${because.charAt(0).toUpperCase()}${because.slice(1)}.`, columns, '   '),
    ...paragraphLines(
      `Score ${score}: ${points.map((each) => `${each.rule} ${each.points > 0 ? '+' : ''}${each.points}`).join(', ')}`,
      columns,
      '   ',
    ).map(paint.dim),
    ...(chain.length > 1
      ? [
          '   How it comes to what suffers:',
          ...chain.flatMap((step) => paragraphLines(`→ ${objectText(step.object)}: ${step.says}`, columns, '     ')),
        ]
      : []),
    ...(evidence.length === 0 ? [] : ['   Seen:']),
    ...evidence
      .slice(0, mostEvidence)
      .flatMap((each) =>
        paragraphLines(
          `${each.kind} ${each.where === '' ? objectText(each.object) : `${objectText(each.object)} ${each.where}`}: ${each.quote}`,
          columns,
          '     ',
        ),
      ),
    ...(remedies.length === 0 ? [] : ['   What to do:']),
    ...remedies
      .slice(0, 3)
      .flatMap(({ title: what, command, changes, undo }) => [
        ...paragraphLines(`- ${what}${changes === 'nothing' ? '' : ` (changes ${changes})`}`, columns, '     '),
        ...(command === null ? [] : [paint.bold(`       ${printable(command)}`)]),
        ...(undo === null ? [] : [paint.dim(`       Undo: ${printable(undo)}`)]),
      ]),
  ]
}
