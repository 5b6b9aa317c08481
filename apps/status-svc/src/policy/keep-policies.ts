import { alertChannel } from '../alert/alert-channel.ts'
import type { Alert } from '../alert/alert.ts'
import { readPending } from '../alert/alerts-of-incidents.ts'
import type { Reaction } from '../incident/follow-components.ts'
import type { IncidentSummary } from '../incident/incident.ts'
import { readOpen } from '../incident/known-incidents.ts'
import type { Board } from '../status/board.ts'
import { isImpaired } from '../status/caused-by.ts'
import type { Picture } from '../status/picture.ts'
import { carryOut } from './carry-out.ts'
import { makePlan } from './make-plan.ts'
import { noteEndedAlerts } from './note-ended-alerts.ts'
import type { PolicyDeps } from './policy-deps.ts'
import { createReaction } from './react.ts'
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

/** At most so many incidents are opened or changed in one transaction; the others come with the next tick. */
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

/** Makes the plan again from what the database has, alone among the replicas, and carries it out. */
async function act(deps: PolicyDeps, redOnBoard: readonly string[], nowMs: number): Promise<void> {
  await deps.db.transaction(async (tx) => {
    if (!(await tryToBeAlone(tx))) return
    const alerts = await readPending(tx)
    const ids = [...new Set([...redOnBoard, ...alerts.flatMap(({ component }) => component?.id ?? [])])]
    const lookUp = await watchedNow(tx, deps.components, ids, nowMs)
    const redIds = ids.filter((id) => isImpaired(lookUp(id)?.status ?? 'unknown'))
    const sight = { policies: deps.policies(), lookUp, redIds, alerts }
    const steps = await makePlan(tx, sight, await readOpen(tx), nowMs)
    for (const step of steps.slice(0, stepsAtOnce)) await carryOut(deps, tx, step)
  })
}

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
