import { referenceTo, type ClusterView, type CronJob, type Job, type KubeEvent } from '@akashic/kubernetes'
import type { Blame, Finding, Remedy } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { eventsWith } from '../events.ts'
import { eventQuote, fieldQuote } from '../quote.ts'
import { describe, edit, lookAt, target } from '../remedies.ts'
import { lastDue } from './cron-schedule.ts'

/** The controller looks every ten seconds, and a busy one is late. */
const latenessMs = 5 * 60_000
const recentMs = 24 * 3_600_000
const unusable = ['UnparseableSchedule', 'UnknownTimeZone', 'InvalidSchedule']

/** A CronJob that was told to stand still, or that did not run when it was due. */
export const cronJobs: Analyser = {
  rules: ['cronjob-suspended', 'cronjob-missed'],
  needs: ['CronJob', 'Job', 'Event'],
  *find({ view, now }) {
    for (const cronJob of view.all('CronJob')) {
      if (cronJob.deletedAt !== null) continue
      const finding = cronJob.isSuspended ? suspended(cronJob) : missed(view, cronJob, now)
      if (finding) yield finding
    }
  },
}

const common = (cronJob: CronJob) => ({ object: referenceTo(cronJob), uid: cronJob.uid, part: '' })

function suspended(cronJob: CronJob): Finding {
  const { namespace, name, lastScheduledAt } = cronJob
  const last = lastScheduledAt === null ? 'it never ran' : `it last ran at ${new Date(lastScheduledAt).toISOString()}`
  const patch = (to: boolean): string => `kubectl patch cronjob -n ${namespace} ${name} -p '{"spec":{"suspend":${to}}}'`
  return {
    ...common(cronJob),
    ...{ rule: 'cronjob-suspended', severity: 'info', reason: 'Suspended' },
    summary: `It is suspended, and ${last}.`,
    evidence: [fieldQuote(cronJob, 'spec.suspend', 'true', lastScheduledAt)],
    remedies: [
      describe(cronJob),
      {
        title: 'Let it run again, if nobody holds it back on purpose',
        command: patch(false),
        changes: 'it runs at its times again; of those that it missed within startingDeadlineSeconds, once at once',
        undo: patch(true),
        isDestructive: false,
      },
    ],
    ...{ blames: [], involves: [], since: cronJob.lastWrite?.at ?? null },
  }
}

function missed(view: ClusterView, cronJob: CronJob, now: number): Finding | null {
  const { schedule, timeZone, lastScheduledAt, createdAt, lastWrite, startingDeadlineSeconds } = cronJob
  const [refusal] = eventsWith(view, cronJob, unusable).filter(isRecent(now))
  if (refusal) return unreadable(cronJob, refusal)
  const since = Math.max(lastScheduledAt ?? 0, createdAt ?? 0, lastWrite?.at ?? 0)
  const due = lastDue(schedule, timeZone, { since, before: now - latenessMs })
  if (due === null) return null
  const running = view.ownedBy(cronJob.uid).filter((job): job is Job => job.kind === 'Job' && job.active > 0)
  const isHeld = cronJob.concurrencyPolicy === 'Forbid' && running.length > 0
  const [event] = eventsWith(view, cronJob, [
    'TooManyMissedTimes',
    'MissSchedule',
    'JobAlreadyActive',
    'FailedCreate',
  ]).filter(isRecent(now))
  const last =
    lastScheduledAt === null ? 'it never ran' : `its last run was due at ${new Date(lastScheduledAt).toISOString()}`
  const because = isHeld
    ? `, as ${running.map(({ name }) => name).join(', ')} still runs and it forbids a second run`
    : ''
  return {
    ...common(cronJob),
    ...{
      rule: 'cronjob-missed',
      severity: 'warning',
      reason: event?.reason ?? (isHeld ? 'JobAlreadyActive' : 'MissSchedule'),
    },
    summary: `It was due at ${new Date(due).toISOString()} and did not run${because}; ${last}.`,
    evidence: [
      fieldQuote(cronJob, 'spec.schedule', timeZone === '' ? schedule : `${schedule} ${timeZone}`, due),
      fieldQuote(
        cronJob,
        'status.lastScheduleTime',
        lastScheduledAt === null ? 'absent' : new Date(lastScheduledAt).toISOString(),
        lastScheduledAt,
      ),
      ...(startingDeadlineSeconds === null
        ? []
        : [fieldQuote(cronJob, 'spec.startingDeadlineSeconds', startingDeadlineSeconds)]),
      ...(event ? [eventQuote(event)] : []),
    ],
    remedies: [
      describe(cronJob),
      ...(isHeld
        ? running.map(({ namespace, name }) =>
            lookAt(`See what ${name} waits for`, `kubectl logs -n ${namespace} job/${name} --tail=100`),
          )
        : []),
      runNow(cronJob),
    ],
    blames: isHeld
      ? running.map((job): Blame => ({
          object: referenceTo(job),
          because: `it does not end, and CronJob ${cronJob.name} forbids a second run beside it`,
          strength: 'direct',
          evidence: [fieldQuote(job, 'status.active', job.active)],
          remedies: [endJob(job)],
        }))
      : [],
    ...{ involves: running.map(referenceTo), since: due },
  }
}

const isRecent =
  (now: number) =>
  ({ lastAt }: KubeEvent): boolean =>
    lastAt === null || now - lastAt < recentMs

function unreadable(cronJob: CronJob, event: KubeEvent): Finding {
  const object = referenceTo(cronJob)
  return {
    ...common(cronJob),
    ...{ rule: 'cronjob-missed', severity: 'warning', reason: event.reason },
    summary: `It never runs: ${event.message}.`,
    evidence: [
      eventQuote(event),
      fieldQuote(cronJob, 'spec.schedule', `${cronJob.schedule} ${cronJob.timeZone}`.trim()),
    ],
    remedies: [describe(cronJob), edit(object, 'Mend its schedule or time zone', 'when it runs')],
    blames: [{ object, because: `its schedule cannot be used: ${event.message}`, strength: 'direct' }],
    ...{ involves: [], since: event.firstAt },
  }
}

const endJob = (job: Job): Remedy => ({
  title: `End ${job.name}, if nothing more will come of it`,
  command: `kubectl delete ${target(job)}`,
  changes: 'the Job and its pods are ended, with their logs; the next run is made when it is due',
  undo: 'run the CronJob once by hand',
  isDestructive: true,
})

const runNow = ({ namespace, name }: CronJob) => ({
  title: 'Run it once by hand, if it may run now',
  command: `kubectl create job -n ${namespace} --from=cronjob/${name} ${name}-by-hand`,
  changes: 'starts one Job of its template',
  undo: `kubectl delete job -n ${namespace} ${name}-by-hand`,
  isDestructive: false,
})
