import { noteEnd, readEnded } from '../alert/alerts-of-incidents.ts'
import { amend } from '../incident/amend.ts'
import { eachApart } from '../incident/each-apart.ts'
import { policyActor, type PolicyDeps } from './policy-deps.ts'
import { react } from './react.ts'

/** Notes in the timelines of open incidents which of their alerts fire no more, each once, and what follows from that. */
export async function noteEndedAlerts(deps: PolicyDeps): Promise<void> {
  const ended = await readEnded(deps.db)
  const ids = [...new Set(ended.map(({ incident }) => incident!.id))]
  await eachApart(deps.log, ids, (id) =>
    amend(deps, policyActor, { id, version: null }, async (before, _, tx) => {
      const alerts = await readEnded(tx, before.num)
      await noteEnd(
        tx,
        alerts.map(({ num }) => num),
      )
      const happenings = alerts.map(({ id, source, summary }) => ({
        kind: 'alert_resolved' as const,
        body: { alertId: id, source, summary },
      }))
      const detail = { alerts: alerts.map((alert) => alert.id) }
      const noted = await react(deps, tx, before, { incident: before, happenings })
      return { ...noted, act: { action: 'incident.note_alerts', detail } }
    }),
  )
}
