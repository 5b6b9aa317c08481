import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { kafkaFolder } from './kafka-folder.ts'

/** A real program that tests and benches run against. */
export interface Part {
  /** Debian packages that bring it. */
  readonly packages: readonly string[]
  isPresent(): boolean
  /** Its version in a few words. Call only when it is present. */
  version(): string
}

const postgres15Folder = '/usr/lib/postgresql/15/bin'

/** Where a program is on the PATH, or in the folders of the system's administrator. */
export function findProgram(name: string): string | undefined {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin']
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function firstVersion(program: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 30_000 })
  return /\d+\.\d+(\.\d+)*/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown'
}

function program(name: string, packages: readonly string[], ...versionArgs: string[]): Part {
  return {
    packages,
    isPresent: () => findProgram(name) !== undefined,
    version: () => firstVersion(findProgram(name) ?? name, ...versionArgs),
  }
}

let canMakeNamespaces: boolean | undefined

export const parts = {
  chromium: program('chromium', ['chromium'], '--version'),
  redis: program('redis-server', ['redis-server'], '--version'),
  nginx: program('nginx', ['nginx-light'], '-v'),
  wrk: program('wrk', ['wrk'], '-v'),
  postgres15: {
    packages: ['postgresql-15'],
    isPresent: () => existsSync(join(postgres15Folder, 'postgres')),
    version: () => firstVersion(join(postgres15Folder, 'postgres'), '--version'),
  },
  kafka: {
    packages: ['openjdk-17-jre-headless', 'maven'],
    isPresent: () => existsSync(join(kafkaFolder(), 'complete')) && findProgram('java') !== undefined,
    version: () => '3.9.1',
  },
  netns: {
    packages: ['iproute2', 'util-linux'],
    isPresent: () =>
      (canMakeNamespaces ??=
        findProgram('ip') !== undefined && spawnSync('unshare', ['--net', 'true'], { timeout: 10_000 }).status === 0),
    version: () => firstVersion(findProgram('ip') ?? 'ip', '-V'),
  },
} satisfies Record<string, Part>

export type PartName = keyof typeof parts
