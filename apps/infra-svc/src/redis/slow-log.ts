import { addressOf } from './client-list.ts'
import { plainText } from './plain-text.ts'

/** A command that took long, without what it was about. */
export interface SlowEntry {
  readonly id: number
  /** ms since 1970, by the server's clock. */
  readonly at: number
  readonly ms: number
  /** As `CONFIG GET` or `EVAL`: its arguments are keys and values, and those are private. */
  readonly command: string
  readonly argumentCount: number
  readonly client: string
  readonly address: string
}

/** Of these the second word belongs to the name. */
const containers = new Set(
  'ACL CLIENT CLUSTER COMMAND CONFIG DEBUG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SLOWLOG XGROUP XINFO'.split(
    ' ',
  ),
)
const word = /^[a-z][a-z0-9._-]{0,39}$/i

/** SLOWLOG GET: id, when in s, how long in microseconds, the words, and since 4.0 the client and its name.
 *  What is no entry is passed over. */
export function parseSlowLog(answer: unknown): readonly SlowEntry[] {
  if (!Array.isArray(answer)) return []
  return answer.flatMap((each: unknown) => {
    if (!Array.isArray(each)) return []
    const [id, at, microseconds, words, address, client] = each as readonly unknown[]
    if (!Array.isArray(words) || ![id, at, microseconds].every(Number.isFinite)) return []
    return [
      {
        ...{ id: Number(id), at: Number(at) * 1_000, ms: Number(microseconds) / 1_000, ...named(words) },
        client: plainText(client ?? ''),
        address: addressOf(Buffer.isBuffer(address) ? address.toString('utf8', 0, 200) : ''),
      },
    ]
  })
}

function named(words: readonly unknown[]): Pick<SlowEntry, 'command' | 'argumentCount'> {
  const [first, second] = words.slice(0, 2).map((each) => (Buffer.isBuffer(each) ? each.toString('latin1', 0, 50) : ''))
  const name = word.test(first ?? '') ? first!.toUpperCase() : 'unknown'
  const isContainer = containers.has(name) && word.test(second ?? '')
  const known = isContainer ? `${name} ${second!.toUpperCase()}` : name
  return { command: known, argumentCount: Math.max(0, words.length - (isContainer ? 2 : 1)) + dropped(words.at(-1)) }
}

/** Of more than 32 words the server keeps the first, and says how many more there were. */
function dropped(last: unknown): number {
  if (!Buffer.isBuffer(last)) return 0
  const more = /^\.\.\. \((\d{1,9}) more arguments\)$/.exec(last.toString('latin1', 0, 60))?.[1]
  return more === undefined ? 0 : Number(more) - 1
}
