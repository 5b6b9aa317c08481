import { systemActor } from '@akashic/shared/audit'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import type { Assignee } from '../alert/alert.ts'
import { raiseAlertIn } from '../alert/raise-alert.ts'
import { readIncident } from '../incident/claim-incident.ts'
import type { IncidentDeps } from '../incident/incident-deps.ts'
import { alertPlace, firingAlert, resolvedAlert } from './alert-of.ts'
import { findingKey, subjectKey, type Finding } from './finding.ts'
import { look, type LookDeps } from './look.ts'
import { sayBoard } from './seen-store.ts'
import * as store from './store.ts'
import type { TruthMetrics } from './truth-metrics.ts'

export interface TruthDeps extends IncidentDeps, LookDeps {
  readonly replicaId: string
  /** When the board of this replica was last known to be the durable truth. */
  readonly asOfMs: () => number
  readonly metrics: TruthMetrics
}

/** Looks each minute, one replica for all, where the public is told something else than what is known. */
export interface TruthAuditor {
  tick(nowMs: number): Promise<void>
}

const auditEveryMs = 60_000
/** How soon an audit that failed, or that another replica is making, is looked for again. */
const retryMs = 5_000
/** At most so many findings are opened, and so many closed, by one audit; the others come with the next. */
const atOnce = 200

const auditor = systemActor('status')

export function createTruthAuditor(deps: TruthDeps): TruthAuditor {
  const { db, replicaId, asOfMs, metrics } = deps
  let dueMs = 0

  return {
    tick: async (nowMs) => {
      // A clock that was set back must not stop the audit.
      if (nowMs < dueMs && dueMs <= nowMs + auditEveryMs) return
      dueMs = nowMs + retryMs
      await sayBoard(db, { replicaId, asOfMs: asOfMs(), saidAtMs: nowMs })
      await db.transaction((tx) => auditIfDue(deps, tx, nowMs))
      const auditedAtMs = await store.readAuditedAt(db)
      metrics.show(auditedAtMs, await store.countOpen(db))
      if (auditedAtMs !== null) dueMs = Math.max(dueMs, auditedAtMs + auditEveryMs)
    },
  }
}

/** Audits unless another replica is doing so, or did within the minute. */
async function auditIfDue(deps: TruthDeps, tx: Transaction, nowMs: number): Promise<void> {
  if (!(await store.tryToBeAlone(tx))) return
  const auditedAtMs = await store.readAuditedAt(tx)
  if (auditedAtMs !== null && auditedAtMs <= nowMs && nowMs - auditedAtMs < auditEveryMs) return
  const found = await look(deps, tx, nowMs)
  const open = await store.readOpen(tx)
  const foundKeys = new Set(found.map(findingKey))
  for (const finding of chosen(found, new Set(open.map(({ key }) => key)))) await keepOpen(deps, tx, finding, nowMs)
  const over = open.filter(({ key }) => !foundKeys.has(key)).slice(0, atOnce)
  for (const { alert } of over) await raiseAlertIn(deps, tx, auditor, resolvedAlert(alert))
  await store.close(
    tx,
    over.map(({ num }) => num),
    nowMs,
  )
  await store.saveAuditedAt(tx, nowMs)
}

/** The findings that this audit opens or keeps open. New ones of the rare kinds go first, and those of which there are many in a
 *  mass outage last, so that none starves; given in the order in which they are locked. */
function chosen(found: readonly Finding[], openKeys: ReadonlySet<string>): readonly Finding[] {
  const rank = (finding: Finding) => (openKeys.has(findingKey(finding)) ? 1 : finding.kind === 'no_public_word' ? 2 : 0)
  return found
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, atOnce)
    .toSorted(bySubject)
}

/** Opens the finding unless it is open, and sees to it that its alert fires, also when somebody resolved it by hand. */
async function keepOpen(deps: TruthDeps, tx: Transaction, finding: Finding, nowMs: number): Promise<void> {
  const assignee = await assigneeOf(tx, finding)
  await store.open(tx, uuidv7(nowMs), finding, alertPlace(finding), nowMs)
  await raiseAlertIn(deps, tx, auditor, firingAlert(finding, assignee))
}

/** The word that is due is the Communications Lead's to give. */
async function assigneeOf(tx: Transaction, { kind, subject }: Finding): Promise<Assignee | null> {
  if (kind !== 'update_overdue') return null
  const role = 'communications_lead'
  const { roles } = await readIncident(tx, auditor.principal, subject.id, true)
  return { role, person: roles.find((assignment) => assignment.role === role)?.person ?? null }
}

/** In one order, so that two who lock several never wait for each other. */
const bySubject = (a: Finding, b: Finding): number =>
  subjectKey(a.subject).localeCompare(subjectKey(b.subject), 'en', { numeric: true })
