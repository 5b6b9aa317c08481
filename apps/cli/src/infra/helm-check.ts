import { parseAllDocuments } from 'yaml'
import { CliError } from '../cli-error.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { faceOf } from './faces.ts'
import { secretsIn, withoutSecrets } from './rendered-secrets.ts'
import { runProgram, type Ran } from './run-program.ts'

export interface HelmCheckOptions {
  readonly values?: readonly string[]
  readonly namespace?: string
  readonly release?: string
  readonly kubeconfig?: string
  readonly helm?: string
  readonly kubectl?: string
  readonly json?: true
}

interface Step {
  readonly name: 'lint' | 'template' | 'dry run'
  readonly status: 'healthy' | 'problems' | 'unknown'
  readonly says: string
  readonly details: readonly string[]
}

/** As of `akashic diagnose`. */
const codes = { healthy: 0, problems: 1, unknown: 2 } as const
const deadlineMs = 60_000
const mostDetails = 12

/** Tries a chart before it is installed: lint, rendering, and what the cluster says to it, by the Helm of this machine.
 *  Nothing is changed. Rendered objects are counted and never printed: they may hold secrets. */
export async function checkChart(session: Session, chart: string, options: HelmCheckOptions): Promise<number> {
  const { terminal } = session
  const steps = [await lint(session, chart, options)]
  if (steps[0]!.status !== 'problems') steps.push(await render(session, chart, options))
  if (steps.at(-1)!.status === 'healthy') steps.push(await dryRun(session, chart, options))
  const statuses = steps.map(({ status }) => status)
  const status = statuses.includes('problems') ? 'problems' : statuses.includes('unknown') ? 'unknown' : 'healthy'
  if (options.json) terminal.print(JSON.stringify({ chart, status, steps }, null, 2))
  else for (const line of lines(chart, status, steps, terminal)) terminal.print(line)
  return codes[status]
}

const valuesOf = ({ values = [] }: HelmCheckOptions): readonly string[] => values.flatMap((file) => ['--values', file])

async function helm({ env, cwd }: Session, args: readonly string[], options: HelmCheckOptions): Promise<Ran> {
  const ran = await runProgram(options.helm ?? 'helm', args, { deadlineMs, env: env, cwd })
  if (!ran.isMissing) return ran
  throw new CliError('Running helm', 'it is not on this machine', {
    exitCode: codes.unknown,
    next: ['Install Helm 3 or 4, or name it: akashic helm check CHART --helm /path/to/helm'],
  })
}

async function lint(session: Session, chart: string, options: HelmCheckOptions): Promise<Step> {
  const ran = await helm(session, ['lint', chart, ...valuesOf(options)], options)
  const found = `${ran.stdout}\n${ran.stderr}`
    .split('\n')
    .filter((line) => /\[(ERROR|WARNING)\]|^Error:/.test(line.trim()))
  if (ran.code === 0) return { name: 'lint', status: 'healthy', says: 'the chart is well-formed', details: found }
  return failed('lint', ran, 'the chart is not well-formed', found)
}

async function render(session: Session, chart: string, options: HelmCheckOptions): Promise<Step> {
  const ran = await helm(
    session,
    ['template', releaseOf(options), chart, ...placeOf(options), ...valuesOf(options)],
    options,
  )
  if (ran.code !== 0) return failed('template', ran, 'it cannot be rendered')
  const documents = parseAllDocuments(ran.stdout)
  if (documents.some(({ errors }) => errors.length > 0))
    return { name: 'template', status: 'problems', says: 'what it renders is no valid YAML', details: [] }
  const objects = documents.map((document) => document.toJS() as { kind?: string } | null).filter((one) => one?.kind)
  const kinds = [...Map.groupBy(objects, (object) => object!.kind!)].map(([kind, all]) => `${all.length} ${kind}`)
  return {
    name: 'template',
    status: 'healthy',
    says: `renders ${objects.length} objects: ${kinds.join(', ')}`,
    details: [],
  }
}

/** Helm's own dry run renders against the cluster, and lets objects pass that the API server refuses: it is asked too. */
async function dryRun(session: Session, chart: string, options: HelmCheckOptions): Promise<Step> {
  const flags = ['--install', '--dry-run=server', '--output=json', ...placeOf(options), ...valuesOf(options)]
  const ran = await helm(session, ['upgrade', releaseOf(options), chart, ...flags], options)
  if (ran.code !== 0) {
    return isAway(ran)
      ? unasked('the cluster cannot be asked', wordsOf(ran))
      : failed('dry run', ran, 'Helm would fail')
  }
  const manifest = manifestIn(ran.stdout)
  if (manifest === null) return unasked('what Helm renders for the cluster cannot be read, or is too large', [])
  return askApiServer(session, manifest, options)
}

async function askApiServer({ env, cwd }: Session, manifest: string, options: HelmCheckOptions): Promise<Step> {
  const args = [...placeOf(options), 'apply', '--dry-run=server', '-f', '-']
  const ran = await runProgram(options.kubectl ?? 'kubectl', args, { deadlineMs, env, cwd, input: manifest })
  if (ran.isMissing) {
    return unasked('Helm would go on; whether the API server takes each object takes kubectl, which is not here', [])
  }
  if (ran.code === 0) return { name: 'dry run', status: 'healthy', says: 'the cluster would take it', details: [] }
  const safe = { ...ran, stderr: withoutSecrets(ran.stderr, secretsIn(manifest)) }
  return isAway(safe)
    ? unasked('the cluster cannot be asked', wordsOf(safe))
    : failed('dry run', safe, 'the cluster would refuse it')
}

/** null for what is cut off, or is no JSON of a release. */
function manifestIn(output: string): string | null {
  try {
    const { manifest } = JSON.parse(output) as { readonly manifest?: unknown }
    return typeof manifest === 'string' ? manifest : null
  } catch {
    return null
  }
}

const unasked = (says: string, details: readonly string[]): Step => ({
  name: 'dry run',
  status: 'unknown',
  says,
  details,
})

const away =
  /cluster unreachable|no configuration has been provided|connection refused|was refused - did you|no such host|i\/o timeout|deadline exceeded|cannot \w+ resource|Unauthorized|must be logged in/i

/** True where nobody was asked, or the asker has no right to it; what the cluster itself forbids, or a webhook of it that is
 *  away, would stop the real thing too. */
const isAway = ({ stderr }: Ran): boolean => away.test(stderr) && !/failed calling webhook/.test(stderr)

const releaseOf = ({ release }: HelmCheckOptions): string => release ?? 'akashic-check'
const placeOf = ({ namespace, kubeconfig }: HelmCheckOptions): readonly string[] => [
  ...(namespace === undefined ? [] : ['--namespace', namespace]),
  ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
]

function failed(name: Step['name'], ran: Ran, says: string, details = wordsOf(ran)): Step {
  if (ran.isLate) return { name, status: 'unknown', says: `it took longer than ${deadlineMs / 1_000} s`, details: [] }
  return { name, status: 'problems', says, details: details.length > 0 ? details : wordsOf(ran) }
}

/** What Helm says is wrong; what it rendered is not among it. */
const wordsOf = ({ stderr }: Ran): readonly string[] => stderr.split('\n').filter((line) => line.trim() !== '')

function lines(
  chart: string,
  status: Step['status'],
  steps: readonly Step[],
  { paint, columns }: Terminal,
): readonly string[] {
  const said = {
    healthy: 'nothing speaks against it',
    problems: 'it should not be installed',
    unknown: 'not all could be tried',
  }
  const { icon, colour } = faceOf(status)
  return [
    paint[colour](paint.bold(`${icon} ${chart}: ${said[status]}`)),
    '',
    ...steps.flatMap(({ name, status: of, says, details }) => {
      const face = faceOf(of)
      return [
        paint[face.colour](`  ${face.icon} ${name.padEnd(8)}  ${says}`),
        ...details.slice(0, mostDetails).flatMap((line) => paragraphLines(line.trim(), columns, '      ')),
      ]
    }),
  ]
}
