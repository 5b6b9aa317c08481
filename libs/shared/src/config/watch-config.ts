import { watch, type FSWatcher } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Logger } from 'pino'
import { Gauge, type Registry } from 'prom-client'
import type { z } from 'zod'
import type { Clock, Timer } from '../clock/index.ts'
import { ConfigError } from './config-error.ts'
import { parseConfig, readConfigTexts, type ConfigSource } from './load-config-file.ts'
import type { LiveConfig } from './live-config.ts'

export interface WatchOptions extends ConfigSource {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Registry
}

export interface WatchedConfig<T> extends LiveConfig<T> {
  /** Reads the files again now. A bad configuration is refused and shows in `problem()`. */
  reload(): Promise<void>
  stop(): void
}

/** An editor writes a file in several steps. */
const settleMs = 200

/** Loads a configuration and follows its files: a good change is taken over, a bad one leaves the running
 *  configuration as it is and is told in the log, in `akashic_config_reload_ok` and in `problem()`. SIGHUP reloads too,
 *  except on a terminal, where it means that the terminal is gone.
 *  @throws ConfigError when the first load fails. */
export async function watchConfig<S extends z.ZodType>(
  schema: S,
  options: WatchOptions,
): Promise<WatchedConfig<z.output<S>>> {
  const texts = await readConfigTexts(options.path)
  const first = await parseConfig(schema, texts, options.env)
  const watched = new FileConfig(schema, options, first, JSON.stringify(texts))
  watched.start()
  return watched
}

class FileConfig<S extends z.ZodType> implements WatchedConfig<z.output<S>> {
  readonly #schema: S
  readonly #options: WatchOptions
  readonly #isGood: Gauge
  readonly #listeners = new Set<(next: z.output<S>) => void | Promise<void>>()
  readonly #onHangup = () => void this.reload()
  #current: z.output<S>
  #fingerprint: string
  #problem: string | null = null
  #watchers: FSWatcher[] = []
  #settling: Timer | undefined
  #reloading: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(schema: S, options: WatchOptions, first: z.output<S>, fingerprint: string) {
    this.#schema = schema
    this.#options = options
    this.#current = first
    this.#fingerprint = fingerprint
    this.#isGood = new Gauge({
      name: 'akashic_config_reload_ok',
      help: '1 when the newest configuration is the one that runs, 0 when it was refused',
      registers: [options.metrics],
    })
    this.#isGood.set(1)
  }

  current(): z.output<S> {
    return this.#current
  }

  problem(): string | null {
    return this.#problem
  }

  onReload(listener: (next: z.output<S>) => void | Promise<void>): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    this.#watchFiles()
    if (!process.stdin.isTTY) process.on('SIGHUP', this.#onHangup)
  }

  stop(): void {
    this.#isStopped = true
    this.#settling?.cancel()
    this.#closeWatchers()
    process.off('SIGHUP', this.#onHangup)
  }

  reload(): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reloadNow())
    return this.#reloading
  }

  async #reloadNow(): Promise<void> {
    if (this.#isStopped) return
    this.#watchFiles()
    try {
      const texts = await readConfigTexts(this.#options.path)
      const fingerprint = JSON.stringify(texts)
      if (fingerprint === this.#fingerprint && this.#problem === null) return
      const next = await parseConfig(this.#schema, texts, this.#options.env)
      const isSame = fingerprint === this.#fingerprint
      this.#accept(next, fingerprint)
      if (!isSame) await this.#tell(next)
    } catch (error) {
      this.#refuse(error)
    }
  }

  #accept(next: z.output<S>, fingerprint: string): void {
    this.#current = next
    this.#fingerprint = fingerprint
    this.#problem = null
    this.#isGood.set(1)
    this.#options.log.info({ path: this.#options.path }, 'configuration reloaded')
  }

  #refuse(error: unknown): void {
    const problem = error instanceof ConfigError ? error.message : 'the configuration could not be read'
    const isNews = problem !== this.#problem
    this.#problem = problem
    this.#isGood.set(0)
    if (!isNews) return
    const detail = error instanceof ConfigError ? { problems: error.problems } : { err: error }
    this.#options.log.error(detail, 'configuration refused: the one before stays in force')
  }

  async #tell(next: z.output<S>): Promise<void> {
    for (const listener of this.#listeners) {
      try {
        await listener(next)
      } catch (error) {
        this.#options.log.error({ err: error }, 'a part of this process could not take over the new configuration')
      }
    }
  }

  /** Watches folders, not files: editors and Kubernetes replace a file by another of its name. */
  #watchFiles(): void {
    this.#closeWatchers()
    const folder = dirname(this.#options.path)
    const names = new Set([basename(this.#options.path), 'akashic.d', '..data'])
    this.#watchFolder(folder, (name) => name === null || names.has(name))
    this.#watchFolder(join(folder, 'akashic.d'), (name) => name === null || /\.ya?ml$/.test(name) || name === '..data')
  }

  #watchFolder(folder: string, isOurs: (name: string | null) => boolean): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (isOurs(name)) this.#settle()
      })
      watcher.on('error', () => this.#settle())
      this.#watchers.push(watcher)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      this.#options.log.warn(
        { err: error, folder },
        'cannot watch for changes of the configuration: send SIGHUP instead',
      )
    }
  }

  #settle(): void {
    this.#settling?.cancel()
    if (!this.#isStopped) this.#settling = this.#options.clock.after(settleMs, () => void this.reload())
  }

  #closeWatchers(): void {
    for (const watcher of this.#watchers) watcher.close()
    this.#watchers = []
  }
}
