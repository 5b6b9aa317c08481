import { systemActor } from '@akashic/shared/audit'
import type { Logger } from 'pino'
import { amend } from './amend.ts'
import { stepDeadlines } from './checklist.ts'
import { eachApart } from './each-apart.ts'
import { isOpen, type Change, type Happening, type Incident, type IncidentRole } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { readDue } from './store.ts'
import { isUpdateOverdue } from './wake.ts'

/** At most so many incidents at a tick; the others come with the next. */
const atOnce = 100

/** The incident once everything that is overdue at `nowMs` was said to be, each promise and each step once. */
export function reminded(incident: Incident, nowMs: number): Change {
  if (!isOpen(incident)) return { incident, happenings: [] }
  const { nextUpdateAtMs } = incident
  const happenings: Happening[] = []
  let { updateDueMs, steps } = incident.reminded
  if (isUpdateOverdue(incident, nowMs) && nextUpdateAtMs !== updateDueMs) {
    updateDueMs = nextUpdateAtMs
    const body = { dueAt: iso(nextUpdateAtMs!), communicationsLead: personIn(incident, 'communications_lead') }
    happenings.push({ kind: 'update_overdue', body })
  }
  for (const { step, dueAtMs, open } of stepDeadlines(incident)) {
    if (dueAtMs >= nowMs || steps.includes(step)) continue
    steps = [...steps, step]
    const body = { step, dueAt: iso(dueAtMs), open: open.map((item) => item.key) }
    happenings.push({ kind: 'checklist_overdue', body })
  }
  return { incident: { ...incident, reminded: { updateDueMs, steps } }, happenings }
}

/** Keeps the clock of all incidents: says what is overdue, in the timeline, to subscribers and in the log. */
export async function remindOverdue(deps: IncidentDeps & { readonly log: Logger }, nowMs: number): Promise<void> {
  await eachApart(deps.log, await readDue(deps.db, nowMs, atOnce), (id) =>
    amend(deps, systemActor('status'), { id, version: null }, async (incident, _, tx) => {
      const change = reminded(incident, nowMs)
      tx.afterCommit(() => change.happenings.forEach((happening) => warn(deps.log, incident, happening)))
      const detail = { overdue: change.happenings.map(({ kind }) => kind) }
      return { ...change, act: { action: 'incident.remind', detail } }
    }),
  )
}

function warn(log: Logger, incident: Incident, { kind, body }: Happening): void {
  const whose = kind === 'update_overdue' ? 'communications_lead' : 'incident_commander'
  const said = kind === 'update_overdue' ? 'the public was promised word by now' : 'a step of the checklist is overdue'
  log.warn({ incident: incident.id, severity: incident.severity, [whose]: personIn(incident, whose), ...body }, said)
}

const iso = (ms: number): string => new Date(ms).toISOString()

const personIn = (incident: Incident, role: IncidentRole): string | null =>
  incident.roles.find((assignment) => assignment.role === role)?.person ?? null
