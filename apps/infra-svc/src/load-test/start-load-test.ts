import { setTimeout as sleep } from 'node:timers/promises'
import {
  readLoadTest as parseLoadTest,
  runLoadTest,
  summarize,
  TargetRefused,
  type LoadTest,
  type LoadTestSummary,
  type Progress,
} from '@akashic/load-test'
import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import { ConfigError } from '@akashic/shared/config'
import { OpsError } from '@akashic/shared/errors'
import { uuidv7 } from '@akashic/shared/ids'
import type { Database } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { addAudit } from '../audit/audit.ts'
import type { KnownComponent } from '../component/known-components.ts'
import { assertMayRun, isTimeToLoad, loadedComponents, type LoadTestSettings } from './load-test-rules.ts'
import { insertLoadTest, saveEnd, saveProgress } from './store.ts'

export interface LoadTestDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly components: () => Promise<readonly KnownComponent[]>
  readonly settings: () => LoadTestSettings
  /** Hosts whose addresses may be reached although they are forbidden as usual. */
  readonly allowHosts: () => readonly string[]
  /** Why components are not well now, or null: they are. @throws where that cannot be told. */
  readonly troubleOf: (components: readonly KnownComponent[]) => Promise<string | null>
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal
}

const watchEveryMs = 2_000

/** Begins a load test, of which one at a time runs for a target. @returns its id, and when it has ended.
 *  @throws OpsError invalid_argument with every mistake, failed_precondition where it may not run, already_exists. */
export async function startLoadTest(
  deps: LoadTestDeps,
  { text, env }: { readonly text: string; readonly env: Readonly<Record<string, string>> },
  by: Actor,
): Promise<{ readonly id: string; readonly finished: Promise<void> }> {
  const { db, clock } = deps
  const test = await read(text, env)
  const components = await deps.components()
  const now = clock.now()
  assertMayRun(test, components, deps.settings(), now)
  const watched = withDependencies(loadedComponents(test, components), components)
  const trouble = watched.length === 0 ? null : await deps.troubleOf(watched)
  if (trouble !== null) throw new OpsError('failed_precondition', `It is not loaded now: ${trouble}.`)
  const id = uuidv7(now)
  const target = new URL(test.baseUrl).origin
  await db.transaction(async (tx) => {
    const row = { id, name: test.name, target, requestedBy: by.principal.name, createdAt: new Date(now) }
    if (!(await insertLoadTest(tx, row))) {
      throw new OpsError('already_exists', `A load test of ${target} runs already; one at a time does.`)
    }
    await addAudit(tx, now, by, [{ action: 'load_test.start', subject: id, detail: { name: test.name, target } }])
  })
  return { id, finished: run(deps, id, test, watched) }
}

async function read(text: string, env: Readonly<Record<string, string>>): Promise<LoadTest> {
  try {
    return await parseLoadTest({ file: 'test', text, env })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const fields = error.problems.map(({ line, path, message }) => ({
      pointer: '/test',
      detail: `${line === null ? '' : `line ${line}, `}${path === '' ? '' : `${path}: `}${message}`,
    }))
    throw new OpsError(
      'invalid_argument',
      `The test has ${fields.length === 1 ? 'a mistake' : `${fields.length} mistakes`}.`,
      { fields },
    )
  }
}

/** What a component depends on suffers with it. */
function withDependencies(
  loaded: readonly KnownComponent[],
  all: readonly KnownComponent[],
): readonly KnownComponent[] {
  const wanted = new Set(loaded.map(({ id }) => id))
  for (const id of wanted) for (const needed of all.find((one) => one.id === id)?.dependsOn ?? []) wanted.add(needed)
  return all.filter(({ id }) => wanted.has(id))
}

async function run(deps: LoadTestDeps, id: string, test: LoadTest, watched: readonly KnownComponent[]): Promise<void> {
  const { db, clock, random, log } = deps
  const abort = new AbortController()
  const ended = new AbortController()
  let why: string | null = null
  const end = (reason: string): void => {
    why ??= reason
    abort.abort()
  }
  const onStop = (): void => end('the process that ran it stopped')
  deps.stopping.addEventListener('abort', onStop, { once: true })
  const onProgress = (progress: Progress): void =>
    void saveProgress(db, id, progress).then(
      (isWanted) => (isWanted ? undefined : end('it was cancelled')),
      (error: unknown) => log.warn({ err: error, loadTest: id }, 'the progress of a load test could not be written'),
    )
  const watching = watched.length === 0 ? null : watch(deps, watched, end, ended.signal)
  try {
    const result = await runLoadTest(test, {
      ...{ allowedOrigins: deps.settings().allowedOrigins, allowHosts: deps.allowHosts(), runId: id },
      ...{ now: () => clock.now(), random, signal: abort.signal, onProgress },
    })
    await save(deps, id, summarize(result), why)
  } catch (error) {
    if (!(error instanceof TargetRefused)) log.error({ err: error, loadTest: id }, 'a load test failed')
    const problem = error instanceof TargetRefused ? error.message : 'it could not be run; the log says why'
    await saveEnd(db, id, { state: 'failed', result: null, problem, finishedAt: new Date(clock.now()) }).catch(
      () => undefined,
    )
  } finally {
    ended.abort()
    await watching
    deps.stopping.removeEventListener('abort', onStop)
  }
}

async function save(
  { db, clock }: LoadTestDeps,
  id: string,
  result: LoadTestSummary,
  why: string | null,
): Promise<void> {
  const problem = why ?? (result.verdict === 'failed' ? 'a threshold does not hold' : null)
  const state = why === 'it was cancelled' ? 'cancelled' : result.verdict === 'passed' ? 'succeeded' : 'failed'
  await saveEnd(db, id, { state, result, problem, finishedAt: new Date(clock.now()) })
}

/** Ends the test as soon as what it loads, or what that depends on, is not well, or may no longer be loaded; also when that
 *  cannot be told. */
async function watch(
  { troubleOf, settings, clock }: LoadTestDeps,
  watched: readonly KnownComponent[],
  end: (why: string) => void,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    await sleep(watchEveryMs, undefined, { signal: ended }).catch(() => undefined)
    if (ended.aborted) return
    if (!isTimeToLoad(settings().productionHours, clock.now())) return end('its hours are over')
    const trouble = await troubleOf(watched).catch(() => 'it cannot be told how what it loads is')
    if (trouble !== null) return end(trouble)
  }
}
