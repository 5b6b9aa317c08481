/** Writes src/generated from the .proto files; with `--check`, only says whether it is up to date. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedFiles } from './generated-files.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const outDir = join(root, 'src/generated')
const isCheck = process.argv.includes('--check')

await mkdir(outDir, { recursive: true })
const outputs = await generatedFiles(root)
const stale = (await readdir(outDir)).filter((name) => !outputs.has(name))
for (const [name, text] of outputs) {
  const present = await readFile(join(outDir, name), 'utf8').catch(() => '')
  if (present === text) continue
  if (isCheck) stale.push(name)
  else await writeFile(join(outDir, name), text)
}
if (stale.length > 0) {
  console.error(
    `src/generated does not match the .proto files: ${stale.join(', ')}. npm run generate -w libs/proto mends it`,
  )
  process.exitCode = 1
}
