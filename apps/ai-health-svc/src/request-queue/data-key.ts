import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The key that seals queued requests, or why there is none. */
export type DataKey = { readonly key: Buffer } | { readonly key: null; readonly problem: string }

export interface DataKeyOptions {
  /** AKASHIC_DATA_KEY. */
  readonly given: Buffer | null
  readonly dataDir: string
  /** Whether the database lies in the same data folder, so that no other process needs the key. */
  readonly isDatabaseOwn: boolean
}

const keyBytes = 32

/** Takes the key from the environment; an installation whose database is its own makes one beside it, for itself alone to read. */
export async function readDataKey({ given, dataDir, isDatabaseOwn }: DataKeyOptions): Promise<DataKey> {
  if (given) return { key: given }
  if (!isDatabaseOwn) return { key: null, problem: 'AKASHIC_DATA_KEY is not set, and nothing is kept unencrypted' }
  const file = join(dataDir, 'data.key')
  await writeFile(file, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' }).catch(
    (error: unknown) => {
      if ((error as { code?: unknown }).code !== 'EEXIST') throw error
    },
  )
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')
  return key.length === keyBytes ? { key } : { key: null, problem: `${file} does not hold a key of 32 bytes` }
}
