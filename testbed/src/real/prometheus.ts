import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from '../parts/find-program.ts'
import { freePort } from '../free-port.ts'
import { startChildServer } from './child-server.ts'
import type { RealServer } from './child-server.ts'
import { scratchFolder } from './scratch-folder.ts'

const requestTimeoutMs = 10_000

export interface ScrapeJob {
  readonly job: string
  /** As `127.0.0.1:9464`. */
  readonly targets: readonly string[]
  /** Given to every series of the targets. */
  readonly labels?: Readonly<Record<string, string>>
}

/** Who is told of alerts: an Alertmanager, or whatever takes what is posted to one. */
export interface AlertTarget {
  /** As `127.0.0.1:9093`. */
  readonly address: string
  /** As `/alertmanager`. */
  readonly pathPrefix?: string
  readonly bearer?: string
}

export interface PrometheusOptions {
  readonly port?: number
  readonly scrape?: readonly ScrapeJob[]
  /** Absolute paths. */
  readonly ruleFiles?: readonly string[]
  readonly alertmanagers?: readonly (string | AlertTarget)[]
  /** Default 1 s. */
  readonly scrapeIntervalMs?: number
  /** Default 1 s. */
  readonly evaluationIntervalMs?: number
  /** How often it says again that an alert fires; default 5 s. What it said holds for four times as long. */
  readonly resendDelayMs?: number
}

/** One series and its value now. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface PrometheusServer extends RealServer {
  readonly url: string
  /** What an instant vector or a scalar is now. @throws Error with what Prometheus says of the expression. */
  query(promql: string): Promise<readonly Sample[]>
}

/** A real Prometheus that scrapes, evaluates rules and tells of alerts. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<PrometheusServer> {
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const folder = scratchFolder('prometheus')
  const configuration = join(folder, 'prometheus.json')
  await writeFile(configuration, JSON.stringify(configure(options)), { mode: 0o600 })
  const server = await startChildServer({
    port,
    program: findProgram('prometheus') ?? 'prometheus',
    args: [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--rules.alert.resend-delay=${options.resendDelayMs ?? 5_000}ms`,
      '--log.level=warn',
    ],
    options: { cwd: folder },
    isReady: () => requireOk(`${url}/-/ready`),
  })
  return { ...server, url, query: (promql) => query(url, promql) }
}

function configure(options: PrometheusOptions): object {
  return {
    global: {
      scrape_interval: `${options.scrapeIntervalMs ?? 1_000}ms`,
      scrape_timeout: `${options.scrapeIntervalMs ?? 1_000}ms`,
      evaluation_interval: `${options.evaluationIntervalMs ?? 1_000}ms`,
    },
    rule_files: options.ruleFiles ?? [],
    scrape_configs: (options.scrape ?? []).map(({ job, targets, labels = {} }) => ({
      job_name: job,
      static_configs: [{ targets, labels }],
    })),
    alerting: { alertmanagers: (options.alertmanagers ?? []).map(alertmanager) },
  }
}

function alertmanager(target: string | AlertTarget): object {
  const { address, pathPrefix, bearer } = typeof target === 'string' ? { address: target } : target
  return {
    api_version: 'v2',
    static_configs: [{ targets: [address] }],
    ...(pathPrefix !== undefined && { path_prefix: pathPrefix }),
    ...(bearer !== undefined && { authorization: { credentials: bearer } }),
  }
}

/** @throws Error unless it is answered 200. */
export async function requireOk(url: string): Promise<void> {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(requestTimeoutMs) })
  if (status !== 200) throw new Error(`${url} was answered ${status}`)
}

interface Answer {
  readonly error?: string
  readonly data?: {
    readonly resultType: 'vector' | 'scalar' | 'matrix' | 'string'
    readonly result: readonly { metric: Record<string, string>; value: [number, string] }[] | [number, string]
  }
}

async function query(url: string, promql: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: promql }),
    signal: AbortSignal.timeout(requestTimeoutMs),
  })
  const { data, error } = (await response.json()) as Answer
  if (!data) throw new Error(error ?? `the query was answered ${response.status}`)
  if (data.resultType === 'scalar') return [{ labels: {}, value: numberOf(data.result[1] as string) }]
  if (data.resultType !== 'vector') throw new Error(`${promql} is a ${data.resultType}, not a vector`)
  const series = data.result as readonly { metric: Record<string, string>; value: [number, string] }[]
  return series.map(({ metric, value: [, value] }) => ({ labels: metric, value: numberOf(value) }))
}

/** Prometheus writes infinity as `+Inf`. */
function numberOf(text: string): number {
  return /Inf$/.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text)
}
