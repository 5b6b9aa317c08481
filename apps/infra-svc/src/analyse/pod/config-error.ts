import {
  containerOf,
  referenceTo,
  type ClusterView,
  type ContainerState,
  type ContainerStatus,
  type Pod,
} from '@akashic/kubernetes'
import type { Blame, Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote, runPath } from '../quote.ts'
import { ofCommand } from '../../remedy/process.ts'
import { ofMissing, ofMissingKey } from '../../remedy/configuration.ts'
import { patchContainer } from '../../remedy/template.ts'
import { describe, undoRollout } from '../remedies.ts'
import { containerQuote } from '../template-quote.ts'

const reasons = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'StartError',
  'ContainerCannotRun',
])

/** A container that cannot be made or started: its configuration is not there, or what it is to run is not. */
export const configError: Analyser = {
  rules: ['pod-config-error', 'pod-container-error'],
  needs: ['Pod'],
  *find({ view }) {
    for (const pod of view.all('Pod')) {
      if (pod.deletedAt !== null) continue
      for (const status of pod.statuses) {
        const run =
          status.now?.state === 'waiting' && reasons.has(status.now.reason) ? status.now : startFailure(status)
        if (run) yield found(view, pod, status, run)
      }
    }
  },
}

/** The runtime could not start the program: told by the last run while it waits to try again. */
function startFailure({ now, last }: ContainerStatus) {
  const failed = [now, last].find((run) => run?.state === 'terminated' && reasons.has(run.reason))
  return failed && now?.state !== 'running' ? failed : undefined
}

function found(view: ClusterView, pod: Pod, status: ContainerStatus, run: ContainerState): Finding {
  const { reason } = run
  const message = run.message || 'the runtime does not say why'
  const isConfig = reason === 'CreateContainerConfigError'
  const owner = topOwner(view, pod)
  const blames = blamesOf(view, pod, status, message, owner)
  return {
    rule: isConfig ? 'pod-config-error' : 'pod-container-error',
    severity: 'critical',
    object: referenceTo(pod),
    uid: pod.uid,
    part: status.name,
    reason,
    summary: `Container ${status.name} cannot be ${isConfig ? 'made' : 'started'}: ${message}.`,
    evidence: [fieldQuote(pod, runPath(status, run), `${run.reason}: ${run.message}`)],
    remedies: [describe(pod), ...undoRollout(view, owner)],
    blames,
    involves: [],
    since: pod.startedAt ?? pod.createdAt,
  }
}

/** Of nobody, in every usual image. Source: Distroless' user `nonroot`. */
const unprivileged = 65_532

const missingObject = /(configmap|secret) "([^"]+)" not found/i
const missingKey = /couldn't find key (\S+) in (ConfigMap|Secret) (?:([^/\s]+)\/)?(\S+)/

function blamesOf(
  view: ClusterView,
  pod: Pod,
  { name }: ContainerStatus,
  message: string,
  owner: Blame['object'],
): readonly Blame[] {
  const key = missingKey.exec(message)
  if (key) {
    const object = { kind: key[2]!, namespace: key[3] ?? pod.namespace, name: key[4]! }
    const because = `it has no key ${key[1]!}, which container ${name} needs`
    return [{ object, because, strength: 'direct', ...ofMissingKey(object, key[1]!) }]
  }
  const missing = missingObject.exec(message)
  if (missing) {
    const kind = missing[1]!.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap'
    const object = { kind, namespace: pod.namespace, name: missing[2]! }
    const because = `it does not exist, and container ${name} needs it`
    return [{ object, because, strength: 'direct', ...ofMissing(object) }]
  }
  const command = containerOf(pod, name)?.command.join(' ')
  if (/executable file not found|no such file or directory|permission denied|exec format error/i.test(message)) {
    const because = `its container ${name} runs ${command || 'the program of its image'}, which cannot be started there`
    return [{ object: owner, because, strength: 'direct', ...ofCommand(view, owner, name) }]
  }
  if (/error mounting .*not a directory|prepare subPath/i.test(message)) {
    const because = `its container ${name} mounts something over what is not of that kind: ${message.slice(-200)}`
    return [{ object: owner, because, strength: 'direct', ...ofCommand(view, owner, name) }]
  }
  if (/runAsNonRoot|runAsUser|non-numeric user/i.test(message)) {
    return [
      {
        object: owner,
        because: `its security context and its image do not go together: ${message}`,
        strength: 'direct',
        evidence: containerQuote(view, owner, name, 'image', ({ image }) => image),
        remedies: patchContainer(
          view,
          owner,
          name,
          { securityContext: { runAsUser: unprivileged } },
          {
            title: `Let container ${name} run as user ${unprivileged}, if its image can`,
            changes: `as which user container ${name} runs`,
          },
        ),
      },
    ]
  }
  return []
}
