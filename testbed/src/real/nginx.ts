import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from '../parts/find-program.ts'
import { freePort } from '../free-port.ts'
import { startChildServer } from './child-server.ts'
import type { RealServer } from './child-server.ts'
import { scratchFolder } from './scratch-folder.ts'

export interface NginxServer extends RealServer {
  readonly url: string
}

/** A real nginx of one process, whose `server` block holds `directives`. */
export async function startNginx(options: { port?: number; directives?: string } = {}): Promise<NginxServer> {
  const port = options.port ?? (await freePort())
  const folder = scratchFolder('nginx')
  const configuration = join(folder, 'nginx.conf')
  const directives = options.directives ?? "location / { return 200 'ok'; }"
  await writeFile(configuration, configure(folder, port, directives))
  const server = await startChildServer({
    port,
    program: findProgram('nginx') ?? 'nginx',
    args: ['-c', configuration, '-p', folder, '-e', join(folder, 'error.log')],
  })
  return { ...server, url: `http://127.0.0.1:${port}` }
}

function configure(folder: string, port: number, directives: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${join(folder, kind)};`,
  )
  return [
    'daemon off;',
    'master_process off;',
    `pid ${join(folder, 'nginx.pid')};`,
    'events { worker_connections 4096; }',
    'http {',
    '  access_log off;',
    ...temporary,
    `  server { listen 127.0.0.1:${port}; ${directives} }`,
    '}',
  ].join('\n')
}
