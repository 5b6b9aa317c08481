import {
  isReady,
  type Container,
  type ContainerStatus,
  type Pod,
  type Probe,
  type ServicePort,
} from '@akashic/kubernetes'
import { servingIn } from './container-ports.ts'

/** The kubelet asks there by itself, and is answered: without that no container becomes ready or has started, or it begins
 *  anew. */
export const isAnswered = ({ targetPort: asked, protocol }: ServicePort, pods: readonly Pod[], now: number): boolean =>
  protocol === 'TCP' &&
  pods.some((pod) =>
    servingIn([pod]).some((container) => {
      const asksThere = (probe: Probe | null): boolean => probe?.port === asked && probe.host === ''
      const status = pod.statuses.find(({ name }) => name === container.name)
      const hasStarted = isReady(pod) || status?.isStarted === true
      return (
        (asksThere(container.readiness) && isReady(pod)) ||
        (asksThere(container.startup) && hasStarted) ||
        (asksThere(container.liveness) && outlives(container, status, now))
      )
    }),
  )

/** Whether the run of a container is longer than the kubelet lets one be that never answers. */
function outlives({ startup, liveness }: Container, status: ContainerStatus | undefined, now: number): boolean {
  const run = status?.now
  return (
    run?.state === 'running' && run.startedAt !== null && now - run.startedAt > patience(startup) + patience(liveness)
  )
}

/** How long a probe may fail before the container begins anew, ms. */
const patience = (probe: Probe | null): number =>
  probe === null
    ? 0
    : 1_000 *
      (probe.initialDelaySeconds + (probe.failureThreshold + 1) * Math.max(probe.periodSeconds, probe.timeoutSeconds))
