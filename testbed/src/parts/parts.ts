import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, versionSaidBy } from './find-program.ts'
import { helmPart, kubernetesPart, kwokPart } from './go-part.ts'
import { installKafka } from './install-kafka.ts'
import { kafkaFolder, kafkaVersion } from './kafka-folder.ts'
import { pythonPart } from './python-package.ts'
import { pythonKafka, pythonOpenai } from './python-packages.ts'

/** A real program that tests and benches run against. */
export interface Part {
  isPresent(): boolean
  /** Debian packages that it still needs. */
  missingPackages(): readonly string[]
  /** What is to be done beyond the packages. */
  install?(): Promise<void>
  /** Its version. Call only when it is present. */
  version(): string
}

function debianProgram(name: string, debianPackage: string, ...versionArgs: string[]): Part {
  const isPresent = (): boolean => findProgram(name) !== undefined
  return {
    isPresent,
    missingPackages: () => (isPresent() ? [] : [debianPackage]),
    version: () => versionSaidBy(findProgram(name) ?? name, ...versionArgs),
  }
}

const postgres15 = '/usr/lib/postgresql/15/bin/postgres'

const extensions = '/usr/share/postgresql/15/extension'

function postgresExtension(name: string, debianPackage: string): Part {
  const file = join(extensions, `${name}.control`)
  return {
    isPresent: () => existsSync(postgres15) && existsSync(file),
    missingPackages: () => (existsSync(file) ? [] : [debianPackage]),
    version: () => /default_version = '(.*)'/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'unknown',
  }
}

const kafka: Part = {
  isPresent: () => existsSync(join(kafkaFolder(), 'lib')) && findProgram('java') !== undefined,
  missingPackages: () => [
    ...(findProgram('java') ? [] : ['openjdk-17-jre-headless']),
    ...(findProgram('mvn') ? [] : ['maven']),
  ],
  install: installKafka,
  version: () => kafkaVersion,
}

let canMakeNamespaces: boolean | undefined

/** A namespace is made and thrown away, which tells whether this user may. */
function tryNamespace(): boolean {
  const [ip, unshare] = [findProgram('ip'), findProgram('unshare')]
  if (!ip || !unshare) return false
  return spawnSync(unshare, ['--net', ip, 'link'], { timeout: 10_000 }).status === 0
}

/** Network namespaces, which need root or the right to make them. */
const netns: Part = {
  isPresent: () => (canMakeNamespaces ||= tryNamespace()),
  missingPackages: () => (findProgram('ip') ? [] : ['iproute2']),
  version: () => versionSaidBy(findProgram('ip') ?? 'ip', '-V'),
}

export const parts = {
  chromium: debianProgram('chromium', 'chromium', '--version'),
  redis: debianProgram('redis-server', 'redis-server', '--version'),
  nginx: debianProgram('nginx', 'nginx-light', '-v'),
  wrk: debianProgram('wrk', 'wrk', '-v'),
  // Brings promtool, as the package of Alertmanager brings amtool.
  prometheus: debianProgram('prometheus', 'prometheus', '--version'),
  alertmanager: debianProgram('prometheus-alertmanager', 'prometheus-alertmanager', '--version'),
  postgres15: {
    isPresent: () => existsSync(postgres15),
    missingPackages: () => (existsSync(postgres15) ? [] : ['postgresql-15']),
    version: () => versionSaidBy(postgres15, '--version'),
  },
  pgbouncer: debianProgram('pgbouncer', 'pgbouncer', '--version'),
  'pg-qualstats': postgresExtension('pg_qualstats', 'postgresql-15-pg-qualstats'),
  hypopg: postgresExtension('hypopg', 'postgresql-15-hypopg'),
  kafka,
  'python-kafka': pythonPart(pythonKafka),
  'python-openai': pythonPart(pythonOpenai),
  kubernetes: kubernetesPart,
  kwok: kwokPart,
  helm: helmPart,
  netns,
} satisfies Record<string, Part>

export type PartName = keyof typeof parts
