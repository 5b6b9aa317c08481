/**
 * Measures the held-out half of an embedded corpus as a response would be, writes the tables of docs/ai-quality.md to
 * the standard output and the numbers for the tests of drift to src/quality/testing/held-out-scores.json.
 *
 *   node scripts/validate.ts SCRATCH
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { qualityFlags, type ResponseScores } from '../src/quality/response-scores.ts'
import { maxEmbeddedSentences, scoreResponse } from '../src/quality/score-response.ts'
import { damage, damageKinds } from '../src/quality/testing/damage.ts'
import { packScores } from '../src/quality/testing/held-out-scores.ts'
import { seededRandom, shuffled } from '../src/quality/testing/seeded-random.ts'
import { embeddedPassages, embeddedTexts, type EmbeddedPassage } from './corpus-passages.ts'
import { falseAlarms, noticedAfter } from '../src/quality/testing/drift-runs.ts'
import { loadModel } from '../src/quality/load-model.ts'
import { auc, meanOf, quantile } from './statistics.ts'

const damagedPassages = 500
const random = seededRandom(2)
const model = await loadModel()
const passages = (await embeddedPassages(process.argv[2] ?? '')).filter(({ half }) => half === 'held-out')
const known = new Map(
  passages.flatMap((passage) =>
    embeddedTexts(passage).map(
      (text, at) => [text, at === 0 ? passage.promptVector : passage.vectors[at - 1]!] as const,
    ),
  ),
)

async function embed(texts: readonly string[]): Promise<(Float32Array | number[])[]> {
  const missing = texts.filter((text) => !known.has(text))
  const vectors = missing.length === 0 ? [] : await model.embed(missing)
  missing.forEach((text, at) => known.set(text, Float32Array.from(vectors[at]!)))
  return texts.map((text) => known.get(text)!)
}

const contentOf = ({ paragraphs }: EmbeddedPassage): string =>
  paragraphs.map((sentences) => sentences.join(' ')).join('\n\n')

const scored = (prompt: string | null, content: string): Promise<ResponseScores> =>
  scoreResponse(embed, {
    provider: 'corpus',
    model: 'corpus',
    prompt,
    content,
    finishReason: 'stop',
    format: 'text',
    requiredFields: [],
    hasTokenLimit: false,
  })

async function scoredAll(
  some: readonly EmbeddedPassage[],
  change: (passage: EmbeddedPassage) => { prompt: string | null; content: string },
): Promise<ResponseScores[]> {
  const all: ResponseScores[] = []
  for (const passage of some) {
    const { prompt, content } = change(passage)
    all.push(await scored(prompt, content))
  }
  return all
}

const measured = (scores: readonly ResponseScores[], measure: 'coherence' | 'relevance' | 'order'): number[] =>
  scores.map((found) => found[measure]).filter((value) => value !== null)
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const share = <T>(items: readonly T[], is: (item: T) => boolean): number => items.filter(is).length / items.length
const two = (value: number): string => value.toFixed(2)

const genuine = await scoredAll(passages, (passage) => ({ prompt: passage.prompt, content: contentOf(passage) }))

console.log(
  '| source | passages | coherence p5 / p50 / p95 | mean | under 0.7 | relevance p5 / p50 / p95 | under 0.7 | order mean |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |')
const sources = [...new Set(passages.map(({ source }) => source))].sort()
for (const source of ['all', ...sources]) {
  const of = genuine.filter((_, at) => source === 'all' || passages[at]!.source === source)
  const coherence = measured(of, 'coherence')
  const relevance = measured(of, 'relevance')
  const spread = (values: readonly number[]): string =>
    [0.05, 0.5, 0.95].map((p) => two(quantile(values, p))).join(' / ')
  const under = (values: readonly number[]): string => percent(share(values, (value) => value < 0.7))
  console.log(
    `| ${[source, of.length, spread(coherence), two(meanOf(coherence)), under(coherence), spread(relevance), under(relevance), two(meanOf(measured(of, 'order')))].join(' | ')} |`,
  )
}
console.log('\n| flag | flagged of held-out passages |\n| --- | --- |')
for (const flag of qualityFlags) {
  const flagged = genuine.filter(({ flags }) => flags.includes(flag)).length
  console.log(`| ${flag} | ${flagged} (${percent(flagged / genuine.length)}) |`)
}

const some = shuffled(passages, random).slice(0, damagedPassages)
const damaged: Record<string, ResponseScores[]> = {}
for (const kind of damageKinds) {
  // Shuffled sentences have their vectors already.
  damaged[kind] = await scoredAll(kind === 'sentence_shuffled' ? passages : some, (passage) => ({
    prompt: passage.prompt,
    content: damage(kind, contentOf(passage), random),
  }))
}
damaged.other_prompt = await scoredAll(passages, (passage) => ({
  prompt: passages[Math.floor(random() * passages.length)]!.prompt,
  content: contentOf(passage),
}))
damaged.mixed_topics = await scoredAll(passages, (passage) => ({
  prompt: passage.prompt,
  content: shuffled(passages, random)
    .slice(0, Math.min(maxEmbeddedSentences, passage.sentences.length))
    .map(({ sentences }) => sentences[0]!)
    .join(' '),
}))

console.log(
  '\n| damage | coherence AUC | mean | under 0.7 | relevance AUC | order AUC | flagged | noticed after p50 / p95 | in time |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
for (const [kind, scores] of Object.entries(damaged)) {
  const against = (measure: 'coherence' | 'relevance' | 'order'): string => {
    const values = measured(scores, measure)
    return values.length < scores.length / 10 ? '-' : auc(measured(genuine, measure), values).toFixed(3)
  }
  const coherence = measured(scores, 'coherence')
  const runs = noticedAfter(genuine, scores, random)
  const limit = kind === 'sentence_shuffled' ? 150 : 30
  console.log(
    `| ${[
      kind,
      against('coherence'),
      coherence.length < scores.length / 10 ? '-' : two(meanOf(coherence)),
      coherence.length < scores.length / 10 ? '-' : percent(share(coherence, (value) => value < 0.7)),
      against('relevance'),
      against('order'),
      percent(share(scores, ({ flags }) => flags.length > 0)),
      `${quantile(runs, 0.5).toFixed(0)} / ${quantile(runs, 0.95).toFixed(0)}`,
      `${percent(share(runs, (after) => after <= limit))} within ${limit}`,
    ].join(' | ')} |`,
  )
}

const rounds = 20
const alarms = Array.from({ length: rounds }, () => falseAlarms(shuffled(genuine, random)))
console.log(`\nfalse alarms in ${rounds} runs of ${genuine.length}: ${alarms.flat().length}`, tally(alarms.flat()))
for (const source of sources) {
  const of = genuine.filter((_, at) => passages[at]!.source === source)
  const long = Array.from({ length: Math.ceil(20_000 / of.length) }, () => shuffled(of, random)).flat()
  console.log(`${source}: false alarms in ${long.length} of this source alone:`, tally(falseAlarms(long)))
}

function tally(found: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const signal of found) counts[signal] = (counts[signal] ?? 0) + 1
  return counts
}

const file = fileURLToPath(new URL('../src/quality/testing/held-out-scores.json', import.meta.url))
const packed = Object.entries({ genuine, ...damaged }).map(([kind, scores]) => [
  kind,
  packScores(kind === 'genuine' ? scores : scores.slice(0, damagedPassages)),
])
await writeFile(file, `${JSON.stringify(Object.fromEntries(packed), null, 2)}\n`)
