import {
  containerOf,
  referencesOf,
  referenceTo,
  type ClusterView,
  type Container,
  type ContainerState,
  type ContainerStatus,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import type { Blame, Evidence, Finding } from '../../finding/finding.ts'
import { extractErrors } from '../../log/extract-errors.ts'
import { logFacts, ofOthers, type LogFact } from '../../log/log-facts.ts'
import { isLastComplaint } from '../../log/last-complaint.ts'
import type { LogTail } from '../../log/log-lines.ts'
import type { Analyser, Look } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote, logQuote, runPath } from '../quote.ts'
import { ofMissingKey, ofWrongKey } from '../../remedy/configuration.ts'
import { ofCommand, ofFailingMigration } from '../../remedy/process.ts'
import { setVariable } from '../../remedy/template.ts'
import { lookAt, undoRollout } from '../remedies.ts'
import { variableQuote } from '../template-quote.ts'
import { givenBy } from './given-by.ts'
import { ofOwnWords } from './own-words.ts'

const recentMs = 10 * 60_000
const manyRestarts = 3
/** What a shell ends with when it finds no such command, or one that it cannot execute. Source: POSIX, 2.8.2. */
const notFound = 127
const notExecutable = 126
/** Said by other analysers, with what is to be done. */
const toldElsewhere = new Set(['OOMKilled', 'StartError', 'ContainerCannotRun'])

/** A process that ends again and again, with how it ended and what it said. Its reason is known where its own words name
 *  a setting that it was given, or the migration that it runs. */
export const crashLoop: Analyser = {
  rules: ['pod-crash-loop'],
  needs: ['Pod'],
  *find(look) {
    for (const pod of look.view.all('Pod')) {
      if (pod.deletedAt !== null) continue
      for (const status of pod.statuses) {
        const run = failedRun(pod, status, look.now)
        if (run && !toldElsewhere.has(run.reason)) yield found(look, pod, status, run)
      }
    }
  },
}

/** The run that failed last, of a container that goes on failing; undefined for one that ended well, or long ago. */
function failedRun(pod: Pod, { now, last, restarts, role }: ContainerStatus, at: number): ContainerState | undefined {
  if (wasEnded(pod)) return undefined
  const ended = now?.state === 'terminated' ? now : last
  if (now?.reason === 'CrashLoopBackOff') return last ?? now
  if (!ended || ended.state !== 'terminated' || ended.exitCode === 0) return undefined
  if (now?.state === 'terminated') return role === 'init' || pod.spec.restartPolicy !== 'Never' ? now : undefined
  const isRecent = ended.finishedAt !== null && at - ended.finishedAt < recentMs
  return restarts >= manyRestarts && isRecent && now?.state === 'running' ? ended : undefined
}

/** A pod that did its work, whose sidecars were then ended; or one that somebody ended: it was evicted, or ran too long.
 *  Of those that fail by themselves only one that is never to be started again does so for good. */
const wasEnded = ({ phase, reason, spec }: Pod): boolean =>
  phase === 'Succeeded' || (phase === 'Failed' && (spec.restartPolicy !== 'Never' || reason !== ''))

function found({ view, logs }: Look, pod: Pod, status: ContainerStatus, run: ContainerState): Finding {
  const owner = topOwner(view, pod)
  const tails = logs(pod.uid).filter(({ container }) => container === status.name)
  const blames = blamesOf(view, pod, status, owner, tails, run)
  const what = containerOf(pod, status.name)?.role === 'init' ? 'Init container' : 'Container'
  const path = runPath(status, run)
  const namespace = `-n ${pod.namespace}`
  return {
    rule: 'pod-crash-loop',
    severity: 'critical',
    object: referenceTo(pod),
    uid: pod.uid,
    part: status.name,
    reason: status.now?.reason === 'CrashLoopBackOff' ? 'CrashLoopBackOff' : run.reason || 'Error',
    summary: `${what} ${status.name} ends again and again: ${endOf(run)}, restarted ${status.restarts} times.`,
    evidence: [
      fieldQuote(pod, path, `${run.reason || 'Error'}, exit code ${run.exitCode ?? 'unknown'}`, run.finishedAt),
      ...(run.message === '' ? [] : [fieldQuote(pod, `${path}.message`, run.message)]),
      ...wordsOf(pod, status.name, tails),
    ],
    remedies: [
      lookAt(
        'Read what the run before wrote',
        `kubectl logs ${namespace} ${pod.name} -c ${status.name} --previous --tail=100`,
      ),
      ...undoRollout(view, owner),
    ],
    blames,
    involves: [...new Map(referencesOf(pod.spec).map((each) => [each.kind + each.name, toObject(pod, each)])).values()],
    since: run.finishedAt === null ? pod.startedAt : Math.min(run.finishedAt, pod.startedAt ?? run.finishedAt),
  }
}

const toObject = ({ namespace }: Pod, { kind, name }: { kind: string; name: string }): Reference => ({
  kind,
  namespace,
  name,
})

const endOf = ({ exitCode, signal }: ContainerState): string =>
  signal ? `killed by signal ${signal}` : `exit code ${exitCode ?? 'unknown'}`

/** What a container wrote last of errors, or last at all. */
export function wordsOf(pod: Pod, container: string, tails: readonly LogTail[]): readonly Evidence[] {
  const lines = tails.flatMap((tail) => tail.lines)
  const errors = extractErrors(lines, 3)
  return (errors.length > 0 ? errors : lines.slice(-2)).map((line) => logQuote(pod, container, line))
}

/** Who is to blame for how a container ended, as far as its own words tell. */
export function blamesOf(
  view: ClusterView,
  pod: Pod,
  status: ContainerStatus,
  owner: Reference,
  tails: readonly LogTail[],
  run: ContainerState,
): readonly Blame[] {
  const facts = logFacts(tails)
  const isOfOthers = facts.some(({ kind }) => ofOthers.has(kind))
  for (const fact of facts.toReversed()) {
    const blames =
      fact.kind === 'variable'
        ? ofVariable(view, pod, status, owner, fact)
        : isOfOthers
          ? []
          : [...ofMigration(view, pod, status, owner, fact), ...ofLastWords(view, pod, owner, fact, tails)]
    if (blames.length > 0) return blames
  }
  return run.exitCode === notFound || run.exitCode === notExecutable ? [ofExit(view, status, owner, run.exitCode)] : []
}

/** What a process misses need not be what it dies of: only its last complaint counts. */
const ofLastWords = (
  view: ClusterView,
  pod: Pod,
  owner: Reference,
  fact: LogFact,
  tails: readonly LogTail[],
): readonly Blame[] => (isLastComplaint(fact, tails) ? ofOwnWords(view, pod, fact.container, owner, fact) : [])

/** Who gives the container the variable that it complains of. */
function ofVariable(
  view: ClusterView,
  pod: Pod,
  { name }: ContainerStatus,
  owner: Reference,
  fact: LogFact,
): readonly Blame[] {
  const container = containerOf(pod, name)
  if (!container || fact.name === null) return []
  const variable = container.env.find((each) => each.name === fact.name)
  if (variable?.from) {
    const object = toObject(pod, variable.from)
    const because = `its key ${variable.from.key ?? ''} gives container ${name} the ${fact.name} that it cannot use`
    const { evidence = [], remedies = [] } = ofWrongKey(view, object, variable.from.key ?? '')
    const named = variableQuote(view, owner, name, fact.name)
    return [{ object, because, strength: 'direct', evidence: [...evidence, ...named], remedies }]
  }
  const own = ofOwnVariable(view, owner, name, fact.name)
  if (variable) {
    const has = ({ env }: Container): boolean => env.some((each) => each.name === fact.name)
    const because = `it sets ${fact.name} of container ${name}, which the process cannot use`
    return givenBy(view, pod, owner, { container: name, has, own }).blamed.map((each) => ({ ...each, because }))
  }
  const because = `it does not set ${fact.name}, which container ${name} needs`
  const whole = ofWholeSource(view, pod, container, fact.name)
  if (whole) return [whole]
  const { blamed } = givenBy(view, pod, owner, { container: name, has: () => true, own })
  return blamed.map((each) => ({ ...each, because }))
}

/** Of the ConfigMaps and Secrets that a container takes whole the one that gives it a variable; else one that may, as its
 *  keys could not be read; else the first, which does not. Null where it takes none. */
function ofWholeSource(view: ClusterView, pod: Pod, { name, envFrom }: Container, variable: string): Blame | null {
  for (const source of envFrom) {
    const object = toObject(pod, source)
    const found = view.find(object)
    if ((found?.kind === 'ConfigMap' || found?.kind === 'Secret') && Object.hasOwn(found.keys, variable)) {
      const because = `its key ${variable} gives container ${name} what it cannot use`
      return { object, because, strength: 'direct', ...ofWrongKey(view, object, variable) }
    }
  }
  const unread = envFrom.find(({ kind }) => view.freshness(kind, pod.namespace).state === 'unknown')
  if (unread) {
    const because = `container ${name} takes it whole and cannot use its ${variable}; whether it gives one could not be read`
    const strength = envFrom.length === 1 ? 'direct' : 'inferred'
    const object = toObject(pod, unread)
    return { object, because, strength, remedies: ofWrongKey(view, object, variable).remedies ?? [] }
  }
  const [first] = envFrom
  if (!first) return null
  const because = `it does not give container ${name} the ${variable} that it needs`
  const object = toObject(pod, first)
  return { object, because, strength: 'direct', ...ofMissingKey(object, variable) }
}

/** What a workload itself sets a variable to, and how to set it. */
const ofOwnVariable = (view: ClusterView, owner: Reference, container: string, name: string) => ({
  evidence: variableQuote(view, owner, container, name),
  remedies: setVariable(view, owner, container, name),
})

const ofExit = (view: ClusterView, { name }: ContainerStatus, owner: Reference, exitCode: number): Blame => ({
  object: owner,
  because: `its container ${name} runs a command that its image ${exitCode === notFound ? 'does not have' : 'cannot execute'}: exit code ${exitCode}`,
  strength: 'direct',
  ...ofCommand(view, owner, name),
})

const migrates = /migrat|prisma|flyway|liquibase|alembic|schema/i

/** A migration that fails is the workload's own, whatever it says; a process that only mentions one is not. */
function ofMigration(
  view: ClusterView,
  pod: Pod,
  { name, role }: ContainerStatus,
  owner: Reference,
  fact: LogFact,
): readonly Blame[] {
  const container = containerOf(pod, name)
  const isMigration =
    container && migrates.test([name, container.image, ...container.command, ...container.args].join(' '))
  const isItsOwn = role === 'init' || owner.kind === 'Job' || owner.kind === 'CronJob'
  if (fact.kind !== 'migration' || !isItsOwn || !(isMigration || role === 'init')) return []
  const because = `its container ${name} runs a migration that fails: ${fact.line.slice(0, 200)}`
  return [{ object: owner, because, strength: 'direct', ...ofFailingMigration(view, owner, name) }]
}
