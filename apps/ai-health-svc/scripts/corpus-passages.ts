import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cutPassages, type CutPassage } from '../src/quality/testing/cut-passages.ts'
import { seededRandom } from '../src/quality/testing/seeded-random.ts'
import { documentsOf, sectionsOf } from './corpus-documents.ts'

export interface Passage extends CutPassage {
  readonly source: string
  readonly half: 'calibration' | 'held-out'
}

export interface Source {
  readonly name: string
  readonly folder: string
  readonly atMost: number
}

export const vectorDimensions = 512

const perDocument = 12
/** Of the passages; the documents are halved by the hash of their paths. */
const heldOutShare = 0.65

/** Passages of a source, at most so many of each half, each document in one half only; the same at every run. */
export async function passagesOf({ name, folder, atMost }: Source): Promise<Passage[]> {
  const documents = (await documentsOf(folder))
    .map((path) => ({ path, hash: createHash('sha256').update(path.slice(folder.length)).digest() }))
    .sort((one, other) => one.hash.compare(other.hash))
  const room = { calibration: Math.round(atMost * (1 - heldOutShare)), 'held-out': Math.round(atMost * heldOutShare) }
  const seen = new Set<string>()
  const passages: Passage[] = []
  for (const { path, hash } of documents) {
    const half = hash[31]! % 2 === 0 ? 'calibration' : 'held-out'
    if (room[half] === 0) continue
    const random = seededRandom(hash.readUInt32LE(0))
    const found = (await sectionsOf(path)).flatMap((section) => cutPassages(section, seen, random))
    const taken = found.slice(0, Math.min(perDocument, room[half]))
    room[half] -= taken.length
    passages.push(...taken.map((passage) => ({ source: name, half, ...passage }) as const))
    if (room.calibration + room['held-out'] === 0) break
  }
  return passages
}

/** What is embedded of a passage, in this order. */
export const embeddedTexts = (passage: Passage): string[] => [passage.prompt ?? '-', ...passage.paragraphs.flat()]

export interface EmbeddedPassage extends Passage {
  readonly sentences: readonly string[]
  readonly promptVector: Float32Array
  readonly vectors: readonly Float32Array[]
}

/** The passages of a scratch folder whose vectors are there. */
export async function embeddedPassages(scratch: string): Promise<EmbeddedPassage[]> {
  const lines = (await readFile(join(scratch, 'passages.jsonl'), 'utf8')).trimEnd().split('\n')
  const bytes = await readFile(join(scratch, 'vectors.f32'))
  const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  let next = 0
  const passages = lines.map((line) => {
    const passage = JSON.parse(line) as Passage
    const [promptVector, ...vectors] = embeddedTexts(passage).map(() => {
      next += vectorDimensions
      return numbers.subarray(next - vectorDimensions, next)
    })
    return { ...passage, sentences: passage.paragraphs.flat(), promptVector: promptVector!, vectors }
  })
  return passages.filter(({ vectors }) => vectors.at(-1)!.length === vectorDimensions)
}
