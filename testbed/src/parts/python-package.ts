import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { findProgram } from './find-program.ts'
import type { Part } from './parts.ts'
import { runProgram } from './run-program.ts'

export interface PythonPackage {
  /** By which programs import it. */
  readonly module: string
  readonly name: string
  readonly version: string
  /** What it needs, each with its version. */
  readonly dependencies: readonly string[]
}

/** Holds a Python package: the PYTHONPATH of programs that use it. */
export function pythonFolder({ name, version }: PythonPackage): string {
  return join(cacheFolder(), `${name}-${version}`)
}

/** A Python package as a part of the testbed, in a folder of its own. */
export function pythonPart(wanted: PythonPackage): Part {
  return {
    isPresent: () => existsSync(join(pythonFolder(wanted), wanted.module)) && findProgram('python3') !== undefined,
    missingPackages: missingForPip,
    install: () => install(wanted),
    version: () => wanted.version,
  }
}

/** Debian packages that installing needs. */
function missingForPip(): readonly string[] {
  const python = findProgram('python3')
  if (python === undefined) return ['python3', 'python3-pip']
  return spawnSync(python, ['-m', 'pip', '--version'], { timeout: 30_000 }).status === 0 ? [] : ['python3-pip']
}

/** Brings it by pip; the folder appears only once all has come. */
async function install(wanted: PythonPackage): Promise<void> {
  const folder = pythonFolder(wanted)
  await mkdir(dirname(folder), { recursive: true })
  const partial = await mkdtemp(`${folder}.partial-`)
  const quietly = ['--quiet', '--disable-pip-version-check', '--no-input', '--root-user-action=ignore']
  const exactly = ['--no-deps', '--target', partial, `${wanted.name}==${wanted.version}`, ...wanted.dependencies]
  try {
    await runProgram(findProgram('python3') ?? 'python3', ['-m', 'pip', 'install', ...quietly, ...exactly])
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}
