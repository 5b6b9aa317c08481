import { referenceTo } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { fieldQuote, statusPath } from '../quote.ts'
import { lookAt } from '../remedies.ts'

const many = 5
const recentMs = 3_600_000

/** A container that runs now, and was restarted often and lately. */
export const restarting: Analyser = {
  rules: ['pod-restarting'],
  needs: ['Pod'],
  *find({ view, now }) {
    for (const pod of view.all('Pod')) {
      if (pod.deletedAt !== null || pod.phase !== 'Running') continue
      for (const status of pod.statuses) {
        const { name, restarts, now: state, last } = status
        const endedAt = last?.finishedAt ?? null
        if (restarts < many || state?.state !== 'running' || endedAt === null || now - endedAt > recentMs) continue
        yield {
          rule: 'pod-restarting',
          severity: 'warning',
          object: referenceTo(pod),
          uid: pod.uid,
          part: name,
          reason: last?.reason || 'Restarted',
          summary: `Container ${name} runs now, and was restarted ${restarts} times, last with exit code ${last?.exitCode ?? 'unknown'}.`,
          evidence: [fieldQuote(pod, `${statusPath(status)}.restartCount`, restarts, endedAt)],
          remedies: [
            lookAt(
              'Read what the run before wrote',
              `kubectl logs -n ${pod.namespace} ${pod.name} -c ${name} --previous`,
            ),
          ],
          blames: [],
          involves: [],
          since: endedAt,
        }
      }
    }
  },
}
