import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from './cache-folder.ts'
import { findProgram } from './find-program.ts'
import type { Part } from './parts.ts'
import { runProgram } from './run-program.ts'

/** Symbols and paths are of no use to tests. */
const smaller = ['-trimpath', '-ldflags', '-s -w']
const wantedGo = [1, 25] as const

export const kubernetesVersion = '1.35.0'
export const kwokVersion = '0.8.0'
export const helmVersion = '3.19.0'
const vegetaVersion = '12.13.0'

const kubernetesSources = fileURLToPath(new URL('../../kubernetes', import.meta.url))

/** Holds `control-plane`, of which each part is one first argument; another folder for other sources. */
export function kubernetesFolder(): string {
  const digest = createHash('sha256')
  for (const name of readdirSync(kubernetesSources).toSorted())
    digest.update(readFileSync(join(kubernetesSources, name)))
  return join(cacheFolder(), `kubernetes-${kubernetesVersion}-${digest.digest('hex').slice(0, 12)}`)
}

export const controlPlaneProgram = (): string => join(kubernetesFolder(), 'control-plane')
export const kwokFolder = (): string => join(cacheFolder(), `kwok-${kwokVersion}`)
export const helmProgram = (): string => join(cacheFolder(), `helm-${helmVersion}`, 'helm')

/** A load generator, for benchmarks alone: `npm run testbed` does not install it. */
export const vegetaProgram = (): string => join(cacheFolder(), `vegeta-${vegetaVersion}`, 'vegeta')
export const vegetaPart: Part = goPart({
  program: vegetaProgram,
  version: vegetaVersion,
  build: (folder) => go(['install', ...smaller, `github.com/tsenart/vegeta/v12@v${vegetaVersion}`], { gobin: folder }),
})

/** The control plane, built from this folder's own small program. */
export const kubernetesPart: Part = goPart({
  program: controlPlaneProgram,
  version: kubernetesVersion,
  build: (folder) =>
    go(['build', '-buildvcs=false', ...smaller, '-o', join(folder, 'control-plane'), '.'], { cwd: kubernetesSources }),
})

export const kwokPart: Part = goPart({
  program: () => join(kwokFolder(), 'kwok'),
  version: kwokVersion,
  build: (folder) => go(['install', ...smaller, `sigs.k8s.io/kwok/cmd/kwok@v${kwokVersion}`], { gobin: folder }),
})

export const helmPart: Part = goPart({
  program: helmProgram,
  version: helmVersion,
  build: (folder) => go(['install', ...smaller, `helm.sh/helm/v3/cmd/helm@v${helmVersion}`], { gobin: folder }),
})

/** A program that is built in a folder of its own, which appears only once it is whole. */
function goPart({
  program,
  version,
  build,
}: {
  program: () => string
  version: string
  build: (folder: string) => Promise<void>
}): Part {
  return {
    isPresent: () => existsSync(program()),
    missingPackages: () => [],
    install: async () => {
      assertGo()
      const folder = dirname(program())
      await mkdir(dirname(folder), { recursive: true })
      const partial = await mkdtemp(`${folder}.partial-`)
      try {
        await build(partial)
        await rename(partial, folder)
      } finally {
        await rm(partial, { recursive: true, force: true })
      }
    },
    version: () => version,
  }
}

/** @throws Error that says what to install where there is no Go that can build it. */
function assertGo(): void {
  const program = findProgram('go') ?? '/usr/local/go/bin/go'
  const said = existsSync(program) ? spawnSync(program, ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout : ''
  const [major = 0, minor = 0] = /go(\d+)\.(\d+)/.exec(said)?.slice(1).map(Number) ?? []
  if (major > wantedGo[0] || (major === wantedGo[0] && minor >= wantedGo[1])) return
  throw new Error(`needs Go ${wantedGo.join('.')} or later on the PATH; there is ${said.trim() || 'none'}`)
}

function go(args: readonly string[], { cwd, gobin }: { cwd?: string; gobin?: string }): Promise<void> {
  const settings = ['CGO_ENABLED=0', ...(gobin === undefined ? [] : [`GOBIN=${gobin}`])]
  return runProgram('env', [...settings, findProgram('go') ?? '/usr/local/go/bin/go', ...args], cwd)
}
