import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import protobuf from 'protobufjs'
import { typesOf } from './types-of.ts'

/** The TypeScript of every package under `root`/akashic, one file a package: file name -> text. */
export async function generatedFiles(root: string): Promise<Map<string, string>> {
  const files = (await readdir(join(root, 'akashic'), { recursive: true })).filter((name) => name.endsWith('.proto'))
  const packages = Map.groupBy(
    files.sort().map((file) => `akashic/${file}`),
    outputName,
  )
  const outputs = new Map<string, string>()
  for (const [name, protoFiles] of packages) {
    const parsed = new protobuf.Root()
    parsed.resolvePath = (_origin, target) => join(root, target)
    await parsed.load(protoFiles, { alternateCommentMode: true })
    outputs.set(name, typesOf(parsed, protoFiles))
  }
  return outputs
}

/** `akashic/status/v1/status.proto` -> `akashic-status-v1.ts` */
function outputName(protoFile: string): string {
  return `${protoFile.split('/').slice(0, -1).join('-').replaceAll('_', '-')}.ts`
}
