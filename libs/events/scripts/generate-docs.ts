// Writes docs/asyncapi.yaml and docs/schemas/events/ from the catalogue; --check only compares.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { stringify } from 'yaml'
import { catalogue } from '../src/index.ts'
import { asyncapi } from './asyncapi.ts'
import { eventSchema } from './event-schema.ts'

const docs = new URL('../../../docs/', import.meta.url)
const schemas = 'schemas/events/'

const wanted = new Map<string, string>([
  [
    'asyncapi.yaml',
    `# Generated: npm run -w libs/events generate\n${stringify(asyncapi(), { aliasDuplicateObjects: false })}`,
  ],
  ...catalogue.map((event) => [`${schemas}${event.type}.json`, JSON.stringify(eventSchema(event))] as const),
])

await mkdir(new URL(schemas, docs), { recursive: true })
const present = (await readdir(new URL(schemas, docs))).map((name) => schemas + name)
const stale = present.filter((name) => !wanted.has(name))
for (const [name, text] of wanted) {
  const target = new URL(name, docs)
  const filepath = fileURLToPath(target)
  const next = await format(text, { ...(await resolveConfig(filepath)), filepath })
  if ((await readFile(target, 'utf8').catch(() => '')) === next) continue
  if (process.argv.includes('--check')) stale.push(name)
  else await writeFile(target, next)
}
if (!process.argv.includes('--check')) await Promise.all(stale.map((name) => rm(new URL(name, docs))))
else if (stale.length > 0) {
  console.error(`docs/${stale.join(', docs/')}: not what the catalogue says. Run: npm run -w libs/events generate`)
  process.exitCode = 1
}
