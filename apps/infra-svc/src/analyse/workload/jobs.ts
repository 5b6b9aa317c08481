import { conditionOf, containerOf, referenceTo, type ClusterView, type Job, type Pod } from '@akashic/kubernetes'
import type { LogTail } from '../../log/log-lines.ts'
import type { Analyser } from '../analyser.ts'
import { podsOf, topOwner } from '../owner.ts'
import { blamesOf, wordsOf } from '../pod/crash-loop.ts'
import { fieldQuote } from '../quote.ts'
import { lookAt } from '../remedies.ts'

/** A Job that gave up. One that a later run of its CronJob has made good is past. */
export const jobFailed: Analyser = {
  rules: ['job-failed'],
  needs: ['Job'],
  *find({ view, logs }) {
    for (const job of view.all('Job')) {
      const failed = conditionOf(job, 'Failed')
      if (failed?.status !== 'True' || job.deletedAt !== null || wasMadeGood(view, job)) continue
      const ended = podsOf(view, job).flatMap((pod) => endOf(view, pod, logs(pod.uid)))
      yield {
        rule: 'job-failed',
        severity: 'critical',
        object: referenceTo(job),
        uid: job.uid,
        part: '',
        reason: failed.reason,
        summary: `It failed: ${failed.message || failed.reason}.`,
        evidence: [
          fieldQuote(
            job,
            'status.conditions[Failed]',
            [failed.reason, failed.message].filter(Boolean).join(': '),
            failed.since,
          ),
          ...ended.flatMap(({ evidence }) => evidence).slice(0, 3),
        ],
        remedies: [
          lookAt(
            'Read what its pods wrote',
            `kubectl logs -n ${job.namespace} job/${job.name} --all-containers --tail=100`,
          ),
        ],
        blames: ended.flatMap(({ blames }) => blames).slice(0, 1),
        involves: [],
        since: failed.since,
      }
    }
  },
}

/** How the containers of a pod ended that is not started again, and who is to blame for it. */
function endOf(view: ClusterView, pod: Pod, tails: readonly LogTail[]) {
  return pod.statuses.flatMap((status) => {
    const { name, now } = status
    if (now?.state !== 'terminated' || now.exitCode === 0) return []
    // A sidecar is ended with its pod, whatever it then answers.
    if (containerOf(pod, name)?.role === 'sidecar') return []
    const own = tails.filter(({ container }) => container === name)
    const blames = blamesOf(view, pod, status, topOwner(view, pod), own, now)
    return { blames, evidence: wordsOf(pod, name, own) }
  })
}

function wasMadeGood(view: ClusterView, { owners, completedAt, startedAt, createdAt }: Job): boolean {
  const owner = owners.find(({ kind }) => kind === 'CronJob')
  if (!owner) return false
  const begun = completedAt ?? startedAt ?? createdAt ?? 0
  return view
    .ownedBy(owner.uid)
    .some((other) => other.kind === 'Job' && other.succeeded > 0 && (other.createdAt ?? 0) >= begun - 1)
}
