import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  type Alias,
  type Document,
  type Node,
} from 'yaml'
import type { ConfigProblem } from './config-error.ts'
import { expandEnvironment } from './expand-environment.ts'
import { formatPath, type ConfigPath, type Located, type Place } from './located.ts'

const maxDepth = 64
/** Bounds what aliases of aliases can blow up to; 20,000 components with ten checks each stay below. */
const maxNodes = 5_000_000

export interface ParsedYaml {
  readonly root: Located
  readonly problems: readonly ConfigProblem[]
  /** True when the text is no YAML, so that what was read of it says nothing. */
  readonly isBroken: boolean
}

/** Reads one YAML file, variables of the environment replaced.
 *  @returns the value with its places, and everything that is wrong with the text. Nothing of the text is repeated. */
export function parseYaml(file: string, text: string, env: Readonly<Record<string, string | undefined>>): ParsedYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems: ConfigProblem[] = document.errors.map((error) => ({
    file,
    line: lines.linePos(error.pos[0]).line,
    path: '',
    message: `no valid YAML: ${withoutQuotedText(error.message)}`,
  }))
  const reader = new Reader(file, lines, document, env, problems)
  const root: Located =
    document.contents === null
      ? { kind: 'map', place: { file, line: 1 }, entries: new Map() }
      : reader.read(document.contents, { file, line: 1 }, [])
  if (root.kind !== 'map' && document.errors.length === 0) {
    problems.push({ file, line: root.place.line, path: '', message: 'must be a mapping of sections, as `components:`' })
  }
  return { root, problems, isBroken: document.errors.length > 0 || root.kind !== 'map' }
}

class Reader {
  readonly #file: string
  readonly #lines: LineCounter
  readonly #document: Document
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #problems: ConfigProblem[]
  #nodes = 0

  constructor(
    file: string,
    lines: LineCounter,
    document: Document,
    env: Readonly<Record<string, string | undefined>>,
    problems: ConfigProblem[],
  ) {
    this.#file = file
    this.#lines = lines
    this.#document = document
    this.#env = env
    this.#problems = problems
  }

  read(node: unknown, parent: Place, path: ConfigPath): Located {
    const place = this.#placeOf(node, parent)
    this.#nodes += 1
    if (path.length > maxDepth || this.#nodes > maxNodes)
      return this.#refused(place, 'nested too deeply or aliased too often')
    if (isAlias(node)) return this.#alias(node, place, path)
    if (isMap(node)) {
      const entries = node.items.map((pair) => {
        const keyPlace = this.#placeOf(pair.key, place)
        const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
        return [key, { place: keyPlace, value: this.read(pair.value, keyPlace, [...path, key]) }] as const
      })
      return { kind: 'map', place, entries: new Map(entries) }
    }
    if (isSeq(node))
      return { kind: 'list', place, items: node.items.map((item, index) => this.read(item, place, [...path, index])) }
    if (isScalar(node)) return this.#scalar(node, place, path)
    return { kind: 'scalar', place, value: null, isRetypable: false }
  }

  #alias(node: Alias, place: Place, path: ConfigPath): Located {
    const target = node.resolve(this.#document)
    if (target === undefined) return { kind: 'scalar', place, value: null, isRetypable: false }
    return this.read(target, place, path)
  }

  #scalar(node: Scalar, place: Place, path: ConfigPath): Located {
    if (typeof node.value !== 'string') return { kind: 'scalar', place, value: node.value, isRetypable: false }
    const { text, isChanged, missing } = expandEnvironment(node.value, this.#env)
    for (const name of missing) {
      const message = `the environment variable ${name} is not set; set it, or write \${${name}:-default}`
      this.#problems.push({ file: place.file, line: place.line, path: formatPath(path), message })
    }
    return { kind: 'scalar', place, value: text, isRetypable: isChanged && node.type === Scalar.PLAIN }
  }

  #refused(place: Place, message: string): Located {
    const isFirst = !this.#problems.some((problem) => problem.message === message)
    if (isFirst) this.#problems.push({ file: place.file, line: place.line, path: '', message })
    return { kind: 'scalar', place, value: null, isRetypable: false }
  }

  #placeOf(node: unknown, fallback: Place): Place {
    const start = (node as Node | null)?.range?.[0]
    return start === undefined ? fallback : { file: this.#file, line: this.#lines.linePos(start).line }
  }
}

/** The parser quotes what it stumbled over, which may be a secret. */
function withoutQuotedText(message: string): string {
  return message.replace(/:? ?("[^]*"|'[^]*')/g, '').replace(/(alias|anchor|tag)([^:]*): .*/i, '$1$2')
}
