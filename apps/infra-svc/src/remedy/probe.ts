import type { ClusterView, Probe, Reference } from '@akashic/kubernetes'
import { containerIn, containerQuote } from '../analyse/template-quote.ts'
import type { Blame, Remedy } from '../finding/finding.ts'
import { changeByHand, patchContainer } from './template.ts'

type Own = Pick<Blame, 'evidence' | 'remedies'>

type ProbeKind = 'liveness' | 'readiness' | 'startup'

const howOf = { http: 'httpGet', tcp: 'tcpSocket', exec: 'exec', grpc: 'grpc' } as const

/** Give a process longer to start: a startup probe of its own, or more tries of the one that it has. */
export function ofImpatientProbe(view: ClusterView, owner: Reference, name: string, kind: ProbeKind): Own {
  const probe = containerIn(view, owner, name)?.[kind]
  const field = `${kind}Probe`
  if (!probe) return {}
  const evidence = (['initialDelaySeconds', 'periodSeconds', 'failureThreshold'] as const)
    .filter((each) => probe[each] > 0)
    .flatMap((each) => containerQuote(view, owner, name, `${field}.${each}`, () => probe[each]))
  const told = { changes: `how long container ${name} may take to start, here five minutes` }
  const canBeCopied = (probe.kind === 'http' || probe.kind === 'tcp') && !probe.hasHeaders
  const remedies =
    kind === 'liveness' && canBeCopied
      ? patchContainer(
          view,
          owner,
          name,
          { startupProbe: { ...asking(probe), periodSeconds: 10, failureThreshold: 30 } },
          { ...told, title: 'Give it a startup probe, before which the liveness probe is not asked' },
        )
      : patchContainer(
          view,
          owner,
          name,
          { [field]: { failureThreshold: Math.ceil(300 / Math.max(1, probe.periodSeconds)) } },
          { ...told, title: `Let the ${kind} probe fail more often before it kills` },
        )
  return { evidence, remedies }
}

const asking = ({ kind, path, port, scheme, host }: Probe): object => ({
  [howOf[kind]]: {
    port: numberOrName(port),
    ...(path !== '' && { path }),
    ...(scheme !== '' && { scheme }),
    ...(host !== '' && { host }),
  },
})

const numberOrName = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text)

/** A probe that asks for what is not there: where it asks, and the port that the container declares. */
export function ofWrongProbe(view: ClusterView, owner: Reference, name: string, kind: ProbeKind): Own {
  const container = containerIn(view, owner, name)
  const probe = container?.[kind]
  if (!container || !probe) return {}
  const title = `Let the ${kind} probe ask for what the process answers`
  const byHand = changeByHand(view, owner, title, 'what the probe asks')
  if (probe.kind === 'exec') {
    const patience = containerQuote(view, owner, name, `${kind}Probe.timeoutSeconds`, () => probe.timeoutSeconds)
    return { evidence: patience, remedies: byHand }
  }
  const at = `${kind}Probe.${howOf[probe.kind]}`
  const evidence = [
    ...containerQuote(view, owner, name, `${at}.port`, () => probe.port),
    ...(probe.path === '' ? [] : containerQuote(view, owner, name, `${at}.path`, () => probe.path)),
  ]
  const others = container.ports.filter((each) => String(each.port) !== probe.port && each.name !== probe.port)
  const isDeclared = others.length < container.ports.length
  const ports: readonly Remedy[] = isDeclared
    ? []
    : others.slice(0, 3).flatMap(({ port }) =>
        patchContainer(
          view,
          owner,
          name,
          { [`${kind}Probe`]: { [howOf[probe.kind]]: { port } } },
          {
            title: `Let the ${kind} probe ask port ${port}`,
            changes: `what the ${kind} probe of container ${name} asks`,
          },
        ),
      )
  return { evidence, remedies: ports.length > 0 ? ports : byHand }
}
