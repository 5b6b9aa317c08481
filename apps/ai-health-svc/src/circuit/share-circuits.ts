import type { AiProvider } from '@akashic/config'
import { aiEvents, makeEvent, type EventOrigin } from '@akashic/events'
import type { Clock } from '@akashic/shared/clock'
import type { Outbox, OutgoingEvent } from '@akashic/shared/events'
import type { Database, Transaction } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { firstChoices } from '../routing/first-choice.ts'
import type { Circuit } from './circuit.ts'
import { keyOf, type Asked, type CircuitChange, type Circuits } from './circuits.ts'
import { circuitChannel, lockCircuit, readCircuits, releaseTrial, saveCircuit, takeTrial } from './store.ts'

export interface ShareDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly outbox: Outbox
  readonly providers: () => readonly AiProvider[]
  readonly circuits: () => Circuits
  /** Called within the transaction that writes a change of state. */
  readonly onWritten: (tx: Transaction, written: WrittenCircuit) => Promise<void>
}

export interface WrittenCircuit {
  readonly asked: Asked
  /** Null where it was never written. */
  readonly before: Omit<Circuit, 'outcomes'> | null
  readonly after: Circuit
}

/** Keeps the circuits of all replicas the same by a table, and publishes what changes. While the database is away each replica
 *  goes by its own; what changed meanwhile is written once it is back. */
export function shareCircuits({ db, clock, log, outbox, providers, circuits, onWritten }: ShareDeps) {
  const versions = new Map<string, number>()
  const unwritten = new Map<string, Asked>()
  const beingWritten = new Set<string>()
  let writing = Promise.resolve()

  async function write(asked: Asked): Promise<void> {
    const name = { provider: asked.provider.name, model: asked.model.id }
    const key = keyOf(asked)
    const nowMs = clock.now()
    const { version, newer } = await db.transaction(async (tx) => {
      const stored = await lockCircuit(tx, name)
      const circuit = circuits().get(asked)
      if (stored && stored.version > (versions.get(key) ?? 0) && stored.circuit.state !== circuit.state) {
        if (isNewer(stored.circuit, circuit)) return { version: stored.version, newer: stored.circuit }
      }
      const next = await saveCircuit(tx, name, circuit, nowMs)
      const before = stored?.circuit ?? null
      await outbox.add(tx, eventsOf(asked, before, circuit, { nowMs, actor: 'service:ai-health' }))
      if (before?.state !== circuit.state) await onWritten(tx, { asked, before, after: circuit })
      return { version: next, newer: null }
    })
    versions.set(key, version)
    if (newer && !unwritten.has(key)) circuits().adopt(asked, newer)
  }

  function eventsOf(
    asked: Asked,
    before: Omit<Circuit, 'outcomes'> | null,
    after: Circuit,
    origin: EventOrigin,
  ): OutgoingEvent[] {
    const oldStatus = before?.state ?? 'closed'
    if (oldStatus === after.state) return []
    const { provider, model } = asked
    const at = new Date(origin.nowMs).toISOString()
    const reason = after.state === 'closed' ? 'recovered' : after.reason
    const failures = after.outcomes.filter(({ isFailure }) => isFailure).length
    const told = {
      ...{ provider: provider.name, model: model.id, status: after.state, oldStatus, reason, failures, at },
      ...(after.nextTrialAtMs !== null && { nextTrialAt: new Date(after.nextTrialAtMs).toISOString() }),
    }
    return [
      makeEvent(aiEvents.circuit_changed, { id: keyOf(asked) }, told, origin),
      ...failovers(asked, oldStatus === 'closed', after.state === 'closed', reason, origin),
    ]
  }

  /** Models whose first choice is another since the circuit of `asked` opened or closed. */
  function failovers(asked: Asked, was: boolean, is: boolean, reason: string, origin: EventOrigin): OutgoingEvent[] {
    if (was === is) return []
    const choices = (isAsked: boolean) =>
      firstChoices(providers(), (candidate) =>
        keyOf(candidate) === keyOf(asked) ? isAsked : circuits().get(candidate).state === 'closed',
      )
    const [before, after] = [choices(was), choices(is)]
    const at = new Date(origin.nowMs).toISOString()
    return [...after].flatMap(([model, to]) => {
      const from = before.get(model)
      if (from === undefined || from === to) return []
      const data = { model, status: is ? 'returned' : 'switched', from, to, reason, at } as const
      return [makeEvent(aiEvents.failover, { id: model }, data, origin)]
    })
  }

  async function writeAll(): Promise<void> {
    for (const [key, asked] of [...unwritten]) {
      unwritten.delete(key)
      beingWritten.add(key)
      try {
        await write(asked)
      } catch (error) {
        if (!unwritten.has(key)) unwritten.set(key, asked)
        throw error
      } finally {
        beingWritten.delete(key)
      }
    }
  }

  /** One after the other, so that the newest state is written last. */
  const soon = (): Promise<void> =>
    (writing = writing.then(writeAll).catch((error: unknown) => {
      log.warn({ err: error, circuits: unwritten.size }, 'circuits could not be written; they are tried again')
    }))

  async function readAll(): Promise<void> {
    const known = new Map(
      providers().flatMap((provider) =>
        provider.models.map((model) => [`${provider.name}/${model.id}`, { provider, model }]),
      ),
    )
    for (const { provider, model, version, circuit } of await readCircuits(db)) {
      const asked = known.get(`${provider}/${model}`)
      if (!asked) continue
      const key = keyOf(asked)
      if (unwritten.has(key) || beingWritten.has(key) || version <= (versions.get(key) ?? 0)) continue
      versions.set(key, version)
      circuits().adopt(asked, circuit)
    }
  }

  const reread = () =>
    void readAll().catch((error: unknown) => log.warn({ err: error }, 'the circuits could not be read'))

  return {
    changed: ({ asked }: CircuitChange): void => {
      unwritten.set(keyOf(asked), asked)
      void soon()
    },
    lease: {
      take: async (asked: Asked, leaseMs: number): Promise<boolean> => {
        await writing
        const name = { provider: asked.provider.name, model: asked.model.id }
        const nowMs = clock.now()
        const isTaken = await db.transaction(async (tx) => {
          const stored = await lockCircuit(tx, name)
          // One that never came to be written is this replica's alone.
          if (!stored) return true
          if (stored.circuit.state === 'closed') {
            // Another replica closed it, which did not come to be known here.
            versions.set(keyOf(asked), stored.version)
            circuits().adopt(asked, stored.circuit)
            return false
          }
          if (!(await takeTrial(tx, name, nowMs, leaseMs))) return false
          const tried = { ...circuits().get(asked), state: 'half_open' as const }
          await outbox.add(tx, eventsOf(asked, stored.circuit, tried, { nowMs, actor: 'service:ai-health' }))
          return true
        })
        if (!isTaken) reread()
        return isTaken
      },
    },
    /** Gives a trial back that came to nothing. */
    release: (asked: Asked): Promise<void> =>
      releaseTrial(db, { provider: asked.provider.name, model: asked.model.id }).catch(() => undefined),
    tick: async (): Promise<void> => {
      if (unwritten.size > 0) await soon()
      await readAll()
    },
    start: (): Promise<() => Promise<void>> => readAll().then(() => db.listen(circuitChannel, reread, reread)),
    settled: (): Promise<void> => writing,
  }
}

/** Of two that differ, the one opened later holds: what one replica closed, another may have seen fail since. */
const isNewer = (stored: Omit<Circuit, 'outcomes'>, own: Circuit): boolean =>
  stored.openedCount > own.openedCount || (stored.openedCount === own.openedCount && stored.state === 'closed')
