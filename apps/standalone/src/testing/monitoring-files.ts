import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const deployFolder = fileURLToPath(new URL('../../../../deploy/', import.meta.url))
export const prometheusFolder = join(deployFolder, 'prometheus')
export const dashboardFiles = ['akashic-health.json', 'service-overview.json'] as const

export interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly datasource?: { readonly uid: string }
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } }
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[]
}

export interface Dashboard {
  readonly uid: string
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] }
}

export const prometheusText = (file: string): string => readFileSync(join(prometheusFolder, file), 'utf8')

export const dashboardText = (file: string): string => readFileSync(join(deployFolder, 'grafana', file), 'utf8')

/** Runs a tool of Prometheus in the folder of its files. */
export function checkWith(tool: 'promtool' | 'amtool', ...args: string[]) {
  return spawnSync(tool, args, { cwd: prometheusFolder, encoding: 'utf8', timeout: 60_000 })
}

/** The metrics of ours that a text names and an exposition lacks. A histogram has a bucket, a sum and a count. */
export function metricsNotExposed(text: string, exposition: string): readonly string[] {
  const exposed = new Set(
    [...exposition.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name, type]) =>
      type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
    ),
  )
  const named = new Set(text.match(/\b(?:akashic|nodejs|process|http)_\w+/g))
  return [...named].filter((name) => !exposed.has(name))
}

/** What the panels ask, with Grafana's variables as they are when all is chosen. */
export function expressionsOf({ panels }: Dashboard): readonly string[] {
  const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  return asked.map((expr) =>
    expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*').replaceAll('$instance', '.*'),
  )
}
