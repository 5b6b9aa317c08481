import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the server is, and the key to show it. */
export interface Access {
  readonly url: URL
  readonly key: string | null
  /** Where the key came from, or why there is none, in words. */
  readonly keySource: string
}

const defaultUrl = 'http://127.0.0.1:8080'

/** Finds the server and the key: AKASHIC_API_KEY, else `admin.key` of the data folder. That file is shown to a server
 *  on this machine only: it belongs to that one. */
export async function findAccess(env: Readonly<Record<string, string | undefined>>, dataDir: string): Promise<Access> {
  const url = new URL(env['AKASHIC_URL'] || defaultUrl)
  const given = env['AKASHIC_API_KEY']?.trim()
  if (given) return { url, key: given, keySource: 'AKASHIC_API_KEY' }
  if (!isThisMachine(url)) return { url, key: null, keySource: 'AKASHIC_API_KEY is not set' }
  const file = join(dataDir, 'admin.key')
  const key = (await readFile(file, 'utf8').catch(() => '')).trim()
  return key === ''
    ? { url, key: null, keySource: `AKASHIC_API_KEY is not set, and ${file} cannot be read` }
    : { url, key, keySource: file }
}

function isThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
