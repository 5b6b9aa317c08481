/**
 * Cuts folders of documents into passages and embeds their sentences and prompts into a scratch folder, where
 * `calibrate.ts` reads them. Goes on where it was stopped.
 *
 *   node scripts/embed-corpus.ts SCRATCH NAME=FOLDER:AT_MOST ...
 */
import { appendFile, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { embeddedTexts, passagesOf, vectorDimensions, type Passage, type Source } from './corpus-passages.ts'
import { loadModel } from '../src/quality/load-model.ts'
import { seededRandom, shuffled } from '../src/quality/testing/seeded-random.ts'

const bytesOfVector = vectorDimensions * 4
const passagesAtOnce = 20
const textsAtOnce = 8

const [scratch = '', ...folders] = process.argv.slice(2)
const passagesFile = join(scratch, 'passages.jsonl')
const vectorsFile = join(scratch, 'vectors.f32')

async function cutOrRead(): Promise<Passage[]> {
  const kept = await readFile(passagesFile, 'utf8').catch(() => null)
  if (kept !== null)
    return kept
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Passage)
  const passages: Passage[] = []
  for (const source of folders.map(parseSource)) {
    const found = await passagesOf(source)
    console.log(`${source.name}: ${found.length} passages`)
    passages.push(...found)
  }
  const mixed = shuffled(passages, seededRandom(1))
  await writeFile(passagesFile, mixed.map((passage) => `${JSON.stringify(passage)}\n`).join(''))
  return mixed
}

function parseSource(argument: string): Source {
  const [, name, folder, atMost] = /^([^=]+)=(.+):(\d+)$/.exec(argument) ?? []
  if (!name || !folder) throw new Error(`expected NAME=FOLDER:AT_MOST, not ${argument}`)
  return { name, folder, atMost: Number(atMost) }
}

await mkdir(scratch, { recursive: true })
const passages = await cutOrRead()
const model = await loadModel()

/** A few sentences of about the same length at once take the least time: 17 ms each, against 30 for all at once. */
async function embedded(texts: readonly string[]): Promise<Buffer> {
  const vectors = new Float32Array(texts.length * vectorDimensions)
  const byLength = texts.map((text, at) => ({ text, at })).sort((one, other) => one.text.length - other.text.length)
  for (let first = 0; first < byLength.length; first += textsAtOnce) {
    const batch = byLength.slice(first, first + textsAtOnce)
    const found = await model.embed(batch.map(({ text }) => text))
    batch.forEach(({ at }, place) => vectors.set(found[place]!, at * vectorDimensions))
  }
  return Buffer.from(vectors.buffer)
}

const written = (await stat(vectorsFile).catch(() => null))?.size ?? 0
let offset = 0
let first = 0
for (; first < passages.length; first += passagesAtOnce) {
  const bytes = passages.slice(first, first + passagesAtOnce).flatMap(embeddedTexts).length * bytesOfVector
  if (offset + bytes > written) break
  offset += bytes
}
if (written > offset) await truncate(vectorsFile, offset)
for (; first < passages.length; first += passagesAtOnce) {
  await appendFile(vectorsFile, await embedded(passages.slice(first, first + passagesAtOnce).flatMap(embeddedTexts)))
  if (first % 1000 === 0) console.log(`${first} of ${passages.length} passages`)
}
console.log('done')
