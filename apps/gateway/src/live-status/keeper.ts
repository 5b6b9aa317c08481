import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cache } from '@akashic/shared/cache'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { writeAtomically } from './atomic-file.ts'

const cacheTtlMs = 7 * 86_400_000

/** Keeps something on disk and in the shared cache, for when whoever told it is away. */
export interface Keeper<Content> {
  /** The newest that the disk or the cache holds; null when neither has a usable one. */
  load(): Promise<Content | null>
  /** Writes what is present to disk and cache, unless it was written already. Never throws. */
  save(): Promise<void>
}

export interface Kept<Content> {
  /** In sentences of the log. */
  readonly name: string
  readonly fileName: string
  readonly cacheKey: string
  readonly schema: z.ZodType<Content>
  /** Null while there is none. */
  readonly current: () => Content | null
  /** The greater, the newer. */
  readonly newness: (content: Content) => number
}

export interface KeeperDeps {
  readonly dataDir: string
  readonly cache: Cache
  readonly log: Logger
}

export function createKeeper<Content>({ dataDir, cache, log }: KeeperDeps, kept: Kept<Content>): Keeper<Content> {
  const path = join(dataDir, kept.fileName)
  let written: Content | null = null
  let hasFailed = false

  const parse = (text: Buffer | null): Content | null => {
    if (text === null) return null
    try {
      return kept.schema.parse(JSON.parse(text.toString('utf8')))
    } catch (error) {
      log.warn({ err: error }, `a kept ${kept.name} is not readable; waiting for the status service instead`)
      return null
    }
  }

  return {
    async load() {
      const onDisk = await readFile(path).catch(() => null)
      const found = [parse(onDisk), parse(await cache.get(kept.cacheKey))].filter((content) => content !== null)
      return found.sort((a, b) => kept.newness(b) - kept.newness(a))[0] ?? null
    },
    async save() {
      const content = kept.current()
      if (content === null || content === written) return
      const text = JSON.stringify(content)
      try {
        await writeAtomically(path, text)
        written = content
        hasFailed = false
      } catch (error) {
        if (!hasFailed) log.warn({ err: error, path }, `the ${kept.name} cannot be kept on disk`)
        hasFailed = true
      }
      await cache.set(kept.cacheKey, text, cacheTtlMs)
    },
  }
}
