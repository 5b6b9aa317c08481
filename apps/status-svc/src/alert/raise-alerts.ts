import type { AlertSettings } from '@akashic/config'
import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { requireRole } from '@akashic/shared/access'
import { checkedTitle, refuse } from '../incident/text.ts'
import type { AlertSignal } from './alert.ts'
import type { AlertDeps } from './alert-deps.ts'
import { problemOf, signalOf, type LabelledAlert } from './labelled-alert.ts'
import { raiseAlertIn } from './raise-alert.ts'
import { readFiringAmong, touch } from './store.ts'

export interface RaisedAlerts {
  /** Those that fire. */
  readonly fired: number
  readonly resolved: number
  /** What nothing could be made of, by its place in the request. */
  readonly refused: readonly { readonly index: number; readonly reason: string }[]
}

const atOnce = 100
const mostAlerts = 10_000

/** Takes in what Prometheus or Alertmanager tells of many alerts. What is wrong with one is said of it; the others are taken.
 *  What fires already and is told of again unchanged costs one statement for all of them.
 *  @throws OpsError invalid_argument, or permission_denied below operator and for keys that are limited to components. */
export async function raiseAlerts(
  deps: AlertDeps & { readonly alerting: () => AlertSettings },
  actor: Actor,
  from: string,
  alerts: readonly LabelledAlert[],
): Promise<RaisedAlerts> {
  requireRole(actor.principal, 'operator')
  if (actor.principal.scope !== undefined) {
    throw new OpsError('permission_denied', 'This needs a key that is not limited to some components.')
  }
  const source = checkedTitle('source', from, 100)
  if (alerts.length > mostAlerts) refuse('alerts', `must not be more than ${mostAlerts} at once`)
  const refused: { index: number; reason: string }[] = []
  const signals = new Map<string, Batched>()
  const nowMs = deps.clock.now()
  const isComponent = (id: string) => deps.components.get(id) !== undefined
  alerts.forEach((alert, index) => {
    const reason = problemOf(alert)
    if (reason !== null) return refused.push({ index, reason })
    const signal = signalOf(alert, source, deps.alerting(), isComponent, nowMs)
    // What is said last of an alert counts; the batch may tell of one twice.
    signals.set(signal.fingerprint, { index, signal })
  })
  // In one order, so that two that come at once do not wait for each other.
  const all = [...signals.values()].toSorted((a, b) => (a.signal.fingerprint < b.signal.fingerprint ? -1 : 1))
  for (let done = 0; done < all.length; done += atOnce) {
    refused.push(...(await raiseBatch(deps, actor, source, all.slice(done, done + atOnce), nowMs)))
  }
  const isRefused = new Set(refused.map(({ index }) => index))
  const taken = all.filter(({ index }) => !isRefused.has(index))
  const fired = taken.filter(({ signal }) => signal.status === 'firing').length
  return { fired, resolved: taken.length - fired, refused: refused.toSorted((a, b) => a.index - b.index) }
}

interface Batched {
  readonly index: number
  readonly signal: AlertSignal
}

/** What of a batch is new: what fires already and fires again, and what ended already and ended again, is not. */
async function newsOf(
  { db, components }: AlertDeps,
  source: string,
  batch: readonly Batched[],
  nowMs: number,
): Promise<readonly Batched[]> {
  const signals = batch.map(({ signal }) => signal)
  const numOf = (id: string | null) => (id === null ? null : (components.get(id)?.num ?? null))
  const firing = signals
    .filter(({ status }) => status === 'firing')
    .map((signal) => ({ ...signal, componentNum: numOf(signal.componentId) }))
  const over = signals.filter(({ status }) => status === 'resolved').map(({ fingerprint }) => fingerprint)
  // In a transaction, which is tried again where another one that came at once wins.
  const touched = firing.length > 0 ? await db.transaction((tx) => touch(tx, source, firing, nowMs)) : new Set()
  const ending = over.length > 0 ? await readFiringAmong(db, source, over) : new Set()
  return batch.filter(({ signal: { status, fingerprint } }) =>
    status === 'firing' ? !touched.has(fingerprint) : ending.has(fingerprint),
  )
}

async function raiseBatch(
  deps: AlertDeps,
  actor: Actor,
  source: string,
  batch: readonly Batched[],
  nowMs: number,
): Promise<{ index: number; reason: string }[]> {
  const news = await newsOf(deps, source, batch, nowMs)
  if (news.length === 0) return []
  return deps.db.transaction(async (tx) => {
    const refused: { index: number; reason: string }[] = []
    for (const { index, signal } of news) {
      try {
        await raiseAlertIn(deps, tx, actor, signal)
      } catch (error) {
        // Refused before anything was written; what is about all of them ends the batch.
        if (!(error instanceof OpsError) || !['invalid_argument', 'permission_denied'].includes(error.code)) throw error
        refused.push({ index, reason: error.message })
      }
    }
    return refused
  })
}
