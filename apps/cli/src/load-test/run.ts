import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  htmlReport,
  junitReport,
  runLoadTest,
  summarize,
  TargetRefused,
  type LoadTest,
  type LoadTestSummary,
} from '@akashic/load-test'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { progressOf } from './progress.ts'
import { readFileOfTest } from './read-file.ts'
import { summaryLines } from './summary-lines.ts'

export interface RunOptions {
  readonly env?: readonly string[]
  readonly workers?: number
  readonly html?: string
  readonly junit?: string
  readonly out?: string
  readonly json?: true
}

/** As k6 says that a threshold does not hold. */
const thresholdsFailed = 99

/** Runs a load test from here, tells how it goes, and what came of it. */
export async function runLoadTestFile(session: Session, file: string, options: RunOptions): Promise<number> {
  const { terminal } = session
  const test = await readFileOfTest(session, file, options.env)
  const summary = await run(session, test, options)
  await writeReports(session, summary, options)
  if (options.json) terminal.print(JSON.stringify(summary, null, 2))
  else for (const line of summaryLines(summary, terminal)) terminal.print(line)
  if (summary.verdict === 'passed') return exitCodes.ok
  return summary.verdict === 'failed' ? thresholdsFailed : exitCodes.failed
}

async function run(
  { terminal, signal, clock, random }: Session,
  test: LoadTest,
  { workers, json }: RunOptions,
): Promise<LoadTestSummary> {
  const progress = progressOf(terminal, json === true)
  try {
    const result = await runLoadTest(test, {
      ...{ allowedOrigins: null, allowHosts: [], runId: randomUUID(), signal, onProgress: progress.show },
      ...{ now: () => clock.now(), random },
      ...(workers !== undefined && { workers }),
    })
    return summarize(result)
  } catch (error) {
    if (error instanceof TargetRefused) throw new CliError(`Loading ${test.baseUrl}`, error.message, { cause: error })
    throw error
  } finally {
    progress.end()
  }
}

async function writeReports({ cwd }: Session, summary: LoadTestSummary, options: RunOptions): Promise<void> {
  const files: readonly (readonly [string | undefined, () => string])[] = [
    [options.html, () => htmlReport(summary)],
    [options.junit, () => junitReport(summary)],
    [options.out, () => `${JSON.stringify(summary, null, 2)}\n`],
  ]
  for (const [file, make] of files) {
    if (file === undefined) continue
    await writeFile(resolve(cwd, file), make()).catch((error: unknown) => {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
      throw new CliError(`Writing ${file}`, `it cannot be written (${code})`, { cause: error })
    })
  }
}
