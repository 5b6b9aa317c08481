import { parts } from './parts.ts'
import type { Part, PartName } from './parts.ts'
import { runProgram } from './run-program.ts'

/** Installs a part unless it is there.
 *  @returns what keeps it from being there, with the command that would mend it; undefined when all is well. */
export async function installPart(name: PartName): Promise<string | undefined> {
  const part: Part = parts[name]
  if (part.isPresent()) return undefined
  try {
    const packages = part.missingPackages()
    if (packages.length > 0) await installPackages(packages)
    await part.install?.()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return part.isPresent() ? undefined : `${name} was installed, and still cannot be used here`
}

let listIsFresh = false

async function installPackages(packages: readonly string[]): Promise<void> {
  const wanted = `apt-get install ${packages.join(' ')}`
  if (process.getuid?.() !== 0) throw new Error(`needs root: sudo ${wanted}`)
  if (!listIsFresh) await runProgram('apt-get', ['update', '-qq'])
  listIsFresh = true
  await runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages])
}
