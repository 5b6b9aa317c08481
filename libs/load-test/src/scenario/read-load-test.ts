import { parseConfig } from '@akashic/shared/config'
import type { RefinementCtx } from 'zod'
import type { DataSet, LoadTest } from './load-test.ts'
import { loadTestSchema } from './load-test-schema.ts'
import { readCsv } from './read-csv.ts'
import { readThresholds } from './read-thresholds.ts'
import { toLoadTest, type Problem } from './to-load-test.ts'

export interface LoadTestSource {
  /** Named in errors. */
  readonly file: string
  /** YAML. */
  readonly text: string
  /** For `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads a data file that the test names; absent where there are none to be read. @throws Error that says why not. */
  readonly readData?: (file: string) => Promise<string>
}

/** Reads a load test from YAML.
 *  @throws ConfigError with every mistake at once, each with its line. */
export async function readLoadTest({ file, text, env, readData }: LoadTestSource): Promise<LoadTest> {
  const files = new Map<string, DataSet['rows']>()
  const problems = new Map<string, string>()
  const tell = (found: readonly Problem[], context: RefinementCtx): void => {
    for (const { path, message } of found) context.addIssue({ code: 'custom', path: [...path], message })
  }
  const checked = loadTestSchema
    // Also where the form of something is wrong, so that nobody mends that only to hear of the next mistake.
    .superRefine((written, context) => tell(readThresholds(written).problems, context), { when: () => true })
    .superRefine((written, context) => {
      tell(toLoadTest(written, {}).problems, context)
      const unread = Object.entries(written.data).flatMap(([set, { file: name }]) => {
        const message = name === undefined ? undefined : problems.get(name)
        return message === undefined ? [] : [{ path: ['data', set, 'file'], message }]
      })
      tell(unread, context)
    })
  const written = await parseConfig(checked, [{ file, text }], env)
  const named = Object.values(written.data).flatMap(({ file: name }) => name ?? [])
  for (const name of new Set(named)) {
    try {
      if (!readData) throw new Error('cannot be read here: give `rows` instead')
      files.set(name, readCsv(await readData(name)))
    } catch (error) {
      problems.set(name, error instanceof Error ? error.message : 'cannot be read')
    }
  }
  // Read once more to tell the lines of data files that cannot be used.
  if (problems.size > 0) await parseConfig(checked, [{ file, text }], env)
  const rows = Object.entries(written.data).map(
    ([set, { file: name }]) => [set, (name && files.get(name)) || []] as const,
  )
  return toLoadTest(written, Object.fromEntries(rows)).test
}
