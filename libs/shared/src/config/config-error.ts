/** One mistake in a configuration. */
export interface ConfigProblem {
  /** The file, or `environment`. */
  readonly file: string
  /** Line in the file, from 1; null where there is none. */
  readonly line: number | null
  /** Where in the configuration, as `components[2].checks[0].interval`; the name of an environment variable;
   *  empty for the whole. */
  readonly path: string
  /** What is wrong and what would be right. Never repeats a value: it may be a secret. */
  readonly message: string
}

/** A configuration that cannot be used, with everything that is wrong with it. The message has a line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** `akashic.yaml:12 components[2].id: must be ...` */
export function formatProblem({ file, line, path, message }: ConfigProblem): string {
  const place = line === null ? file : `${file}:${line}`
  return path === '' ? `${place}: ${message}` : `${place} ${path}: ${message}`
}
