import { componentSchema, type ComponentInput, type ComponentSpec } from '@akashic/config'
import type { Actor } from '@akashic/shared/audit'
import { FakeClock } from '@akashic/shared/clock'
import type { Outbox, OutgoingEvent } from '@akashic/shared/events'
import type { Role } from '@akashic/shared/identity'
import { migrate } from '@akashic/shared/migrations'
import { testDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { createComponentDirectory } from './component/directory.ts'
import { syncFromConfig } from './component/sync-from-config.ts'
import { applyVerdicts } from './status/apply-verdicts.ts'
import { createBoard } from './status/board.ts'
import type { CheckVerdict, Verdict } from './status/check-verdict.ts'
import { expireStale } from './status/expire-stale.ts'
import { recordGap } from './status/record-gap.ts'

export const minute = 60_000
export const hour = 60 * minute

/** For tests: who acts. */
export const anActor = (role: Role = 'operator', more: Partial<Actor['principal']> = {}): Actor => ({
  principal: { id: 'p1', name: 'Ada', kind: 'person', role, ...more },
  requestId: 'req-1',
})

/** For tests: a component with one tcp check named `tcp`, unless said otherwise. */
export const aComponent = (id: string, more: Partial<ComponentInput> = {}): ComponentInput => ({
  id,
  name: `The ${id}`,
  checks: [{ kind: 'tcp', host: `${id}.example.org`, port: 443 }],
  ...more,
})

/** For tests: what a component's check says. */
export const aVerdict = (
  componentId: string,
  verdict: Verdict,
  atMs: number,
  more: Partial<CheckVerdict> = {},
): CheckVerdict => ({
  componentId,
  checkId: `${componentId}/tcp`,
  verdict,
  atMs,
  sinceMs: atMs,
  latencyMs: verdict === 'outage' ? null : 12,
  isFlapping: false,
  ...(verdict !== 'operational' && {
    failure: { code: 'refused', sentence: 'connection refused', detail: 'connect ECONNREFUSED 10.0.0.1:443' },
  }),
  ...more,
})

/** For tests: the service's parts on a real database, with the fake clock and without the check engine. */
export async function serviceHarness(inputs: readonly ComponentInput[], start = '2026-03-01T00:00:00.000Z') {
  const database = await testDatabase()
  const log = pino({ level: 'silent' })
  await migrate(database.url, { schema: 'status', dir: new URL('./migrations', import.meta.url).pathname, log })
  const clock = new FakeClock(start)
  const { db } = database
  let specs: readonly ComponentSpec[] = []
  const components = createComponentDirectory({ db, log, fileSpecs: () => specs })
  const board = createBoard({ clock, components })
  const turns: OutgoingEvent[] = []
  const outbox: Outbox = { add: async (tx, added) => tx.afterCommit(() => turns.push(...added)) }
  const deps = { db, clock, replicaId: 'r1', components, board, outbox }

  async function configure(next: readonly ComponentInput[]): Promise<void> {
    specs = next.map((input) => componentSchema.parse(input))
    await syncFromConfig(deps, specs)
    await components.refresh()
  }
  await configure(inputs)

  return {
    ...deps,
    log,
    url: database.url,
    /** Events that committed, in order. */
    turns,
    /** What the file says from now on. */
    configure,
    apply: (...verdicts: readonly CheckVerdict[]) => db.transaction((tx) => applyVerdicts(deps, tx, verdicts)),
    gap: (fromMs: number, toMs: number, ...componentIds: readonly string[]) =>
      db.transaction((tx) => recordGap(deps, tx, { componentIds, fromMs, toMs })),
    expire: () => expireStale(deps, clock.now()),
    close: () => database.close(),
  }
}

export type ServiceHarness = Awaited<ReturnType<typeof serviceHarness>>
