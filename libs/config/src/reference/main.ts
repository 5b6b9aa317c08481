import { readFile, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { renderReference } from './render.ts'

const page = new URL('../../../../docs/configuration.md', import.meta.url)
const [before, after] = ['<!-- generated: npm run -w libs/config reference -->', '<!-- end of generated -->']

const current = await readFile(page, 'utf8')
const [head, rest] = current.split(before)
const tail = rest?.split(after)[1]
if (head === undefined || tail === undefined)
  throw new Error(`docs/configuration.md lacks the line ${before} or ${after}`)
const text = [head.trimEnd(), before, renderReference(), after, tail.trimStart()].join('\n\n')
const next = await format(text, { ...(await resolveConfig(page)), parser: 'markdown' })

if (next !== current && process.argv.includes('--check')) {
  process.stderr.write('docs/configuration.md is not what the schemas say. Run: npm run -w libs/config reference\n')
  process.exitCode = 1
} else if (next !== current) {
  await writeFile(page, next)
}
