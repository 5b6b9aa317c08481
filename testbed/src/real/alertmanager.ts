import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from '../parts/find-program.ts'
import { freePort } from '../free-port.ts'
import { startChildServer } from './child-server.ts'
import type { RealServer } from './child-server.ts'
import { requireOk } from './prometheus.ts'
import { scratchFolder } from './scratch-folder.ts'

export interface AlertmanagerOptions {
  readonly port?: number
  /** Where groups of alerts are posted. */
  readonly webhookUrl: string
  /** Sent to the webhook as `Authorization: Bearer`. */
  readonly bearer?: string
  /** Labels that make a group; default `alertname`. */
  readonly groupBy?: readonly string[]
  /** How long a new group gathers; default 100 ms. */
  readonly groupWaitMs?: number
  /** How long until what is new in a group is told; default 500 ms. */
  readonly groupIntervalMs?: number
  /** How long until a group that still fires is told again; default 1 h. */
  readonly repeatIntervalMs?: number
}

export interface AlertmanagerServer extends RealServer {
  readonly url: string
  /** As Prometheus is told it. */
  readonly address: string
}

/** A real Alertmanager that stands alone and tells one webhook, of ends too. */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<AlertmanagerServer> {
  const port = options.port ?? (await freePort())
  const address = `127.0.0.1:${port}`
  const url = `http://${address}`
  const folder = scratchFolder('alertmanager')
  const configuration = join(folder, 'alertmanager.json')
  await writeFile(configuration, JSON.stringify(configure(options)), { mode: 0o600 })
  const server = await startChildServer({
    port,
    program: findProgram('prometheus-alertmanager') ?? 'prometheus-alertmanager',
    args: [
      `--config.file=${configuration}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    options: { cwd: folder },
    isReady: () => requireOk(`${url}/-/ready`),
  })
  return { ...server, url, address }
}

function configure(options: AlertmanagerOptions): object {
  const { webhookUrl, bearer, groupBy = ['alertname'] } = options
  return {
    route: {
      receiver: 'webhook',
      group_by: groupBy,
      group_wait: `${options.groupWaitMs ?? 100}ms`,
      group_interval: `${options.groupIntervalMs ?? 500}ms`,
      repeat_interval: `${options.repeatIntervalMs ?? 3_600_000}ms`,
    },
    receivers: [
      {
        name: 'webhook',
        webhook_configs: [
          {
            url: webhookUrl,
            send_resolved: true,
            ...(bearer !== undefined && { http_config: { authorization: { credentials: bearer } } }),
          },
        ],
      },
    ],
  }
}
