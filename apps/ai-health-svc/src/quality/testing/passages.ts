import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cutPassages, sectionsOfMarkdown } from './cut-passages.ts'
import { seededRandom, shuffled } from './seeded-random.ts'

export { damage, damageKinds } from './damage.ts'
export { seededRandom } from './seeded-random.ts'

export interface GenuinePassage {
  /** A question that the passage answers. */
  readonly prompt: string
  readonly content: string
}

const root = fileURLToPath(new URL('../../../../../', import.meta.url))
const documents = ['docs/*.md', 'docs/decisions/*.md', 'node_modules/*/README.md', 'node_modules/@*/*/README.md']
const mostOfDocument = 6

let found: readonly GenuinePassage[] | null = null

/** Real prose of the documentation that lies here and in node_modules, in an order that the seed determines. */
export function genuinePassages(count: number, seed: number): GenuinePassage[] {
  found ??= readPassages()
  const random = seededRandom(seed)
  const passages: GenuinePassage[] = []
  while (passages.length < count) passages.push(...shuffled(found, random))
  return passages.slice(0, count)
}

function readPassages(): GenuinePassage[] {
  const seen = new Set<string>()
  const random = seededRandom(1)
  return globSync(documents, { cwd: root })
    .sort()
    .flatMap((path) =>
      sectionsOfMarkdown(readFileSync(`${root}${path}`, 'utf8'))
        .flatMap((section) => cutPassages(section, seen, random))
        .slice(0, mostOfDocument),
    )
    .filter(({ prompt }) => prompt !== null)
    .map(({ prompt, paragraphs }) => ({
      prompt: prompt!,
      content: paragraphs.map((sentences) => sentences.join(' ')).join('\n\n'),
    }))
}
