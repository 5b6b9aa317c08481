import { alertChannel } from '../alert/alert-channel.ts'
import type { Alert } from '../alert/alert.ts'
import { readPending } from '../alert/alerts-of-incidents.ts'
import type { Transaction } from '@akashic/shared/postgres'
import { isAboutAll } from '../incident/each-apart.ts'
import type { Reaction } from '../incident/follow-components.ts'
import type { IncidentSummary } from '../incident/incident.ts'
import { readOpen } from '../incident/known-incidents.ts'
import type { Board } from '../status/board.ts'
import { isImpaired } from '../status/caused-by.ts'
import type { Picture } from '../status/picture.ts'
import { carryOut } from './carry-out.ts'
import { makePlan } from './make-plan.ts'
import type { Step } from './plan.ts'
import { noteEndedAlerts } from './note-ended-alerts.ts'
import type { PolicyDeps } from './policy-deps.ts'
import { createReaction } from './react.ts'
import { settleBudgetAlerts } from './settle-budget-alerts.ts'
import { resolveQuiet } from './resolve-quiet.ts'
import { tryToBeAlone } from './store.ts'
import { watchedNow, watchedOnBoard } from './watched.ts'

/** Opens incidents as the policies say, and follows those that they opened to the end. */
export interface PolicyKeeper {
  start(): Promise<void>
  stop(): Promise<void>
  /** Looks at what is wrong now; `open` are the open incidents, oldest first. */
  tick(nowMs: number, open: readonly IncidentSummary[]): Promise<void>
  /** What follows when something about an incident's components changed. */
  readonly reaction: Reaction
}

/** At most so many steps are done at a tick; the others come with the next. */
const stepsAtOnce = 20

export function createPolicyKeeper(deps: PolicyDeps & { readonly board: Pick<Board, 'picture'> }): PolicyKeeper {
  const { db, board, components, policies, metrics } = deps
  const redOf = createRedOf()
  let pending: readonly Alert[] = []
  let isAlertNews = true
  let stopListening: () => Promise<void> = async () => undefined
  const expectNews = () => void (isAlertNews = true)

  async function readAlerts(): Promise<void> {
    if (!isAlertNews) return
    isAlertNews = false
    try {
      await noteEndedAlerts(deps)
      pending = await readPending(db)
    } catch (error) {
      isAlertNews = true
      throw error
    }
  }

  return {
    reaction: createReaction(deps),
    start: async () => {
      stopListening = await db.listen(alertChannel, expectNews, expectNews)
    },
    stop: () => stopListening(),
    tick: async (nowMs, open) => {
      metrics.showOpen(open)
      await resolveQuiet(deps, open, nowMs)
      await readAlerts()
      const picture = board.picture()
      const isWell = (id: string) => picture.components.get(id)?.status === 'operational'
      pending = await settleBudgetAlerts(deps, pending, isWell, nowMs)
      const redIds = redOf(picture)
      if (policies().length === 0 || picture.isBlind || (redIds.length === 0 && pending.length === 0)) return
      const lookUp = watchedOnBoard(picture, components)
      const sight = { policies: policies(), lookUp, redIds, alerts: pending }
      if ((await makePlan(db, sight, open, nowMs)).length === 0) return
      if (pending.length > 0) expectNews()
      await act(deps, redIds, nowMs)
    },
  }
}

/** Does what is to be done, each step in a transaction of its own: one that fails holds up no other, and who changes an
 *  incident meanwhile waits for one step at most. */
async function act(deps: PolicyDeps, redOnBoard: readonly string[], nowMs: number): Promise<void> {
  const failed = new Set<string>()
  for (let done = 0; done < stepsAtOnce; done++) {
    let step: Step | undefined
    try {
      await deps.db.transaction(async (tx) => {
        step = await nextStep(deps, tx, redOnBoard, failed, nowMs)
        if (step) await carryOut(deps, tx, step)
      })
      if (!step) return
    } catch (error) {
      if (!step || isAboutAll(error)) throw error
      deps.log.warn({ err: error, step: keyOf(step) }, 'a policy could not be carried out; the others are')
      failed.add(keyOf(step))
    }
  }
}

/** The first step of the plan made again from what the database has; undefined when nothing is left to do, or when another
 *  replica does it. */
async function nextStep(
  deps: PolicyDeps,
  tx: Transaction,
  redOnBoard: readonly string[],
  failed: ReadonlySet<string>,
  nowMs: number,
): Promise<Step | undefined> {
  if (!(await tryToBeAlone(tx))) return undefined
  const alerts = await readPending(tx)
  const ids = [...new Set([...redOnBoard, ...alerts.flatMap(({ component }) => component?.id ?? [])])]
  const lookUp = await watchedNow(tx, deps.components, ids, nowMs)
  const redIds = ids.filter((id) => isImpaired(lookUp(id)?.status ?? 'unknown'))
  const sight = { policies: deps.policies(), lookUp, redIds, alerts }
  const steps = await makePlan(tx, sight, await readOpen(tx), nowMs)
  return steps.find((step) => !failed.has(keyOf(step)))
}

const keyOf = (step: Step): string =>
  step.kind === 'merge' ? `merge ${step.younger.id}` : `${step.kind} ${step.group.root.id}`

/** Ids of the impaired components; looks again only at another picture. */
function createRedOf(): (picture: Picture) => readonly string[] {
  let seen: Picture | undefined
  let ids: readonly string[] = []
  return (picture) => {
    if (picture === seen) return ids
    seen = picture
    ids = [...picture.components.values()].filter(({ status }) => isImpaired(status)).map(({ id }) => id)
    return ids
  }
}
