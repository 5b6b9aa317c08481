import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { findProgram } from './find-program.ts'
import { runProgram } from './run-program.ts'

export const pythonKafkaVersion = '3.0.12'

/** Holds the Python package `kafka`: the PYTHONPATH of programs that use it. */
export function pythonKafkaFolder(): string {
  return join(cacheFolder(), `kafka-python-${pythonKafkaVersion}`)
}

export function hasPythonKafka(): boolean {
  return existsSync(join(pythonKafkaFolder(), 'kafka')) && findProgram('python3') !== undefined
}

/** Debian packages that its installation still needs. */
export function missingForPythonKafka(): readonly string[] {
  const python = findProgram('python3')
  if (python === undefined) return ['python3', 'python3-pip']
  return spawnSync(python, ['-m', 'pip', '--version'], { timeout: 30_000 }).status === 0 ? [] : ['python3-pip']
}

/** Brings kafka-python by pip into a folder of its own; the folder appears only once all has come. */
export async function installPythonKafka(): Promise<void> {
  const folder = pythonKafkaFolder()
  await mkdir(dirname(folder), { recursive: true })
  const partial = await mkdtemp(`${folder}.partial-`)
  const quietly = ['--quiet', '--disable-pip-version-check', '--no-input', '--root-user-action=ignore']
  const wanted = ['--no-deps', '--target', partial, `kafka-python==${pythonKafkaVersion}`]
  try {
    await runProgram(findProgram('python3') ?? 'python3', ['-m', 'pip', 'install', ...quietly, ...wanted])
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}
