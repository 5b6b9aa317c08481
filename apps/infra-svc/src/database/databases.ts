import type { DatabaseSpec } from '@akashic/config'
import { OpsError } from '@akashic/shared/errors'
import type { Engine } from './engine.ts'
import { createLooks, type Looks } from './look-in-turn.ts'

/** A database that is looked at. */
export interface WatchedDatabase {
  readonly spec: DatabaseSpec
  readonly engine: Engine
  readonly looks: Looks
}

export interface Databases {
  all(): readonly WatchedDatabase[]
  /** @throws OpsError not_found. */
  named(name: string): WatchedDatabase
  /** Looks at what is configured now, and lets go of what is not. */
  apply(specs: readonly DatabaseSpec[]): void
  stop(): void
}

/** @param open by the kind that the address of a database tells. */
export function createDatabases(open: (spec: DatabaseSpec) => Engine): Databases {
  const watched = new Map<string, WatchedDatabase>()
  const letGo = (name: string): void => {
    watched.get(name)?.engine.close()
    watched.delete(name)
  }
  return {
    all: () => [...watched.values()],
    named: (name) => {
      const found = watched.get(name)
      if (found) return found
      const names = [...watched.keys()].join(', ')
      const there = names === '' ? 'none is configured: name them under `databases:`' : `there are ${names}`
      throw new OpsError('not_found', `There is no database ${name}; ${there}.`)
    },
    apply: (specs) => {
      const wanted = new Map(specs.map((spec) => [spec.name, spec]))
      for (const [name, { spec }] of watched) {
        if (JSON.stringify(wanted.get(name)) !== JSON.stringify(spec)) letGo(name)
      }
      for (const spec of specs) {
        if (!watched.has(spec.name)) watched.set(spec.name, { spec, engine: open(spec), looks: createLooks() })
      }
    },
    stop: () => {
      for (const name of watched.keys()) letGo(name)
    },
  }
}
