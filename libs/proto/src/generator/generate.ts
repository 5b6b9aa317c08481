import { readFile, writeFile, readdir, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'
import { typesOf } from './types-of.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const outDir = join(root, 'src/generated')

/** `akashic/status/v1/status.proto` -> `akashic-status-v1.ts` */
function outputName(protoFile: string): string {
  return `${protoFile.split('/').slice(0, -1).join('-')}.ts`
}

async function generated(): Promise<Map<string, string>> {
  const files = (await readdir(join(root, 'akashic'), { recursive: true })).filter((name) => name.endsWith('.proto'))
  const outputs = new Map<string, string>()
  for (const file of files.sort()) {
    const protoFile = `akashic/${file}`
    const parsed = new protobuf.Root()
    parsed.resolvePath = (_origin, target) => join(root, target)
    await parsed.load(protoFile, { alternateCommentMode: true })
    outputs.set(outputName(protoFile), typesOf(parsed, protoFile))
  }
  return outputs
}

/** Writes src/generated from the .proto files; with `--check`, only says whether it is up to date. */
async function main(): Promise<void> {
  const check = process.argv.includes('--check')
  const outputs = await generated()
  await mkdir(outDir, { recursive: true })
  const stale: string[] = (await readdir(outDir)).filter((name) => !outputs.has(name))
  for (const [name, text] of outputs) {
    const present = await readFile(join(outDir, name), 'utf8').catch(() => '')
    if (present === text) continue
    if (check) stale.push(name)
    else await writeFile(join(outDir, name), text)
  }
  if (stale.length > 0) {
    console.error(
      `src/generated does not match the .proto files: ${stale.join(', ')}. Run npm run generate -w libs/proto`,
    )
    process.exitCode = 1
  }
}

await main()
