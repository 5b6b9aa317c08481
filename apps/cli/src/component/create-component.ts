import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { parse } from 'yaml'
import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { ShownDefinition } from './component.ts'

/** Creates a component from a file; `-` is standard input. */
export async function createComponent({ terminal, env, cwd, dataDir }: Session, file: string): Promise<number> {
  const body = await readDefinition(cwd, file)
  const api = await openApi(env, dataDir)
  const created = await api.call<ShownDefinition>({
    method: 'POST',
    path: '/api/v1/components',
    body,
    trying: 'Creating the component',
  })
  terminal.print(
    `Created ${created.id}. Its checks begin within their interval: ${terminal.program} component show ${created.id}`,
  )
  return exitCodes.ok
}

async function readDefinition(cwd: string, file: string): Promise<unknown> {
  try {
    return parse(file === '-' ? await text(process.stdin) : await readFile(resolve(cwd, file), 'utf8'))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const happened = code === 'ENOENT' ? 'there is no such file' : 'it is neither YAML nor JSON'
    throw new CliError(`Reading ${file}`, happened, { next: ['akashic component create --help'], cause })
  }
}
