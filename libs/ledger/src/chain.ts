import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** Where a chain ends: the number of its last entry and that entry's hash. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

/** An entry with its place in the chain. */
export interface LinkedEntry<Content> {
  /** From 1, without a hole. */
  readonly seq: number
  readonly content: Content
  /** SHA-256 in hex of the entry before; 64 zeros for the first. */
  readonly previousHash: string
  readonly hash: string
}

export interface ChainVerdict {
  readonly isIntact: boolean
  readonly entries: number
  /** Of the last entry that fits. */
  readonly headHash: string
  /** First entry that does not fit, or is missing; null when intact. */
  readonly brokenAtSeq: number | null
  /** What is wrong, in words; empty when intact. */
  readonly problem: string
}

/** The head of a chain without entries. */
export const emptyHead: ChainHead = { seq: 0, hash: '0'.repeat(64) }

/** Links `contents` to the chain `name` after `head`. An entry's hash is the SHA-256 of the canonical JSON (RFC 8785) of
 *  its chain's name, its number, its content and the hash before it, so that no entry can be changed, moved, taken out
 *  or carried to another chain unnoticed.
 *  @throws Error when a content is no JSON. */
export function extendChain<Content>(
  name: string,
  head: ChainHead,
  contents: readonly Content[],
): LinkedEntry<Content>[] {
  let { seq, hash } = head
  return contents.map((content) => {
    seq += 1
    const previousHash = hash
    hash = hashOf(name, seq, content, previousHash)
    return { seq, content, previousHash, hash }
  })
}

/** Recomputes the chain `name` from its first entry. With the `head` that is kept elsewhere, a chain whose end was cut
 *  off is found out too. */
export function verifyChain(name: string, entries: readonly LinkedEntry<unknown>[], head?: ChainHead): ChainVerdict {
  let last = emptyHead
  const verdict = (problem: string, brokenAtSeq: number | null): ChainVerdict => ({
    isIntact: brokenAtSeq === null,
    entries: entries.length,
    headHash: last.hash,
    brokenAtSeq,
    problem,
  })
  for (const entry of entries) {
    const problem = problemOf(name, entry, last)
    if (problem !== null) return verdict(problem, last.seq + 1)
    last = { seq: entry.seq, hash: entry.hash }
  }
  if (!head || (head.seq === last.seq && head.hash === last.hash)) return verdict('', null)
  if (head.seq > last.seq) return verdict(`It ends at entry ${last.seq}; ${head.seq} were written.`, last.seq + 1)
  if (head.seq < last.seq) return verdict(`Only ${head.seq} entries were written.`, head.seq + 1)
  return verdict('Its last entry is not the one that was written last.', last.seq)
}

function problemOf(name: string, entry: LinkedEntry<unknown>, last: ChainHead): string | null {
  const seq = last.seq + 1
  if (entry.seq !== seq) return `Entry ${seq} is missing.`
  if (entry.previousHash !== last.hash) return `Entry ${seq} does not follow the one before it.`
  if (entry.hash !== hashOf(name, seq, entry.content, last.hash)) return `Entry ${seq} is not what was written.`
  return null
}

function hashOf(chain: string, seq: number, content: unknown, previousHash: string): string {
  const text = canonicalize({ chain, seq, content, previousHash })
  return createHash('sha256')
    .update(text ?? '')
    .digest('hex')
}
