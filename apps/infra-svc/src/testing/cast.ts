import { createHash, randomInt } from 'node:crypto'

/** The names under which the objects of a scenario appear. The scenario knows their roles alone. */
export interface Cast {
  readonly title: string
  /** Where the scenario plays unless it says otherwise. */
  readonly namespace: string
  /** The name of an object by its role. */
  of(role: string): string
  /** The name of another namespace by its role. */
  space(role: string): string
}

/** Namespaces whose names the cluster itself gives. */
const given = new Set(['kube-system', 'default'])

const plain: Cast = { title: 'in plain names', namespace: 'shop', of: (role) => role, space: (role) => role }

/** Words that mean something to rules that read logs, messages and images, and nothing in a name. */
const words = ['error', 'timeout', 'config', 'secret', 'db', 'migrate', 'node', 'dns', 'job', 'failed', 'api', 'quota']

/** Names that a seed determines; each by itself, so that one scenario alone has the same as all together. */
function random(seed: number): Cast {
  const of = (role: string): string => {
    const bytes = createHash('sha256').update(`${seed} ${role}`).digest()
    const inFront = Array.from({ length: bytes[0]! % 3 }, (_, index) => words[bytes[index + 1]! % words.length])
    return [...inFront, `x${bytes.toString('hex', 4, 8)}`].join('-')
  }
  const space = (role: string): string => (given.has(role) ? role : of(`namespace ${role}`))
  return { title: `in random names (AKASHIC_SEED=${seed})`, namespace: space('shop'), of, space }
}

/** Every scenario is played by both. */
export const casts: readonly Cast[] = [plain, random(Number(process.env['AKASHIC_SEED'] ?? randomInt(1e9)))]
