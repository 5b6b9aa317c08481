import { componentSchema, type ComponentSpec } from '@akashic/config'
import type { Database } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import type { ComponentDirectory, ComponentRecord } from './component.ts'
import { definitionOf, type Definition } from './definition.ts'
import { redact } from './redact.ts'
import { readAll, readWholeDefinitions } from './store.ts'
import type { StoredComponent } from './stored-component.ts'
import { isDeepStrictEqual } from 'node:util'

/** Channel on which a replica says that components changed. */
export const componentChannel = 'akashic_status_component'

export interface LiveDirectory extends ComponentDirectory {
  /** Reads everything anew; call it after start and after every reload of the configuration. */
  refresh(): Promise<void>
}

export interface DirectoryDeps {
  readonly db: Database
  readonly log: Logger
  /** The components of this replica's configuration, secrets included. */
  readonly fileSpecs: () => readonly ComponentSpec[]
}

/** The components as the database has them, those of the file with their secrets from this replica's configuration. */
export function createComponentDirectory({ db, log, fileSpecs }: DirectoryDeps): LiveDirectory {
  const listeners = new Set<() => void>()
  let current: readonly ComponentRecord[] = []
  let shown: readonly ComponentRecord[] = []
  let byId: ReadonlyMap<string, ComponentRecord> = new Map()

  async function read(): Promise<void> {
    const [stored, whole] = await Promise.all([readAll(db), readWholeDefinitions(db)])
    const files = new Map(fileSpecs().map((spec) => [spec.id, spec]))
    const entries = stored
      .filter((component) => !component.isDeleted)
      .flatMap((component) => {
        const found = specOf(component, files.get(component.id), whole.get(component.num))
        if (!found) log.error({ component: component.id }, 'a stored component cannot be read and is left out')
        return found ? [{ record: recordOf(component, found.spec), isWhole: found.isWhole }] : []
      })
    shown = entries.map((entry) => entry.record)
    current = entries.filter((entry) => entry.isWhole).map((entry) => entry.record)
    byId = new Map(shown.map((record) => [record.id, record]))
    for (const listener of listeners) listener()
  }

  return {
    current: () => current,
    shown: () => shown,
    get: (id) => byId.get(id),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh: oneAtATime(read),
  }
}

/** Calls that come while one runs share the next run, which starts after they came. */
function oneAtATime(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const start = () => {
    next = undefined
    running = run().finally(() => (running = undefined))
    return running
  }
  return () => {
    if (!running) return start()
    next ??= running.then(start, start)
    return next
  }
}

interface FoundSpec {
  readonly spec: ComponentSpec
  /** False when its secrets are not known here. */
  readonly isWhole: boolean
}

function specOf(
  stored: StoredComponent,
  fromFile: ComponentSpec | undefined,
  whole: Definition | undefined,
): FoundSpec | undefined {
  if (stored.ownedByFile && fromFile) {
    const isThisVersion = isDeepStrictEqual(redact(definitionOf(fromFile)), stored.definition)
    if (isThisVersion) return { spec: fromFile, isWhole: true }
  }
  const parsed = componentSchema.safeParse(whole ?? stored.definition)
  return parsed.success ? { spec: parsed.data, isWhole: whole !== undefined || !stored.hasSecrets } : undefined
}

function recordOf(stored: StoredComponent, spec: ComponentSpec): ComponentRecord {
  const { id, num, version, position, createdAtMs } = stored
  return { id, num, version, position, createdAtMs, spec }
}
