import { dirname } from 'node:path/posix'
import { quantity, type ClusterView, type Probe, type Reference } from '@akashic/kubernetes'
import { edit, lookAt, target } from '../analyse/remedies.ts'
import { containerIn, containerQuote, variableQuote } from '../analyse/template-quote.ts'
import type { Blame, Remedy } from '../finding/finding.ts'
import { patchTemplate, setResources, setVariable } from './template.ts'

type Own = Pick<Blame, 'evidence' | 'remedies'>

/** What a container runs, and how to change it. */
export function ofCommand(view: ClusterView, owner: Reference, name: string): Own {
  const container = containerIn(view, owner, name)
  const evidence =
    container && container.command.length > 0
      ? containerQuote(view, owner, name, 'command', ({ command }) => command)
      : container && container.args.length > 0
        ? containerQuote(view, owner, name, 'args', ({ args }) => args)
        : containerQuote(view, owner, name, 'image', ({ image }) => image)
  const remedies =
    owner.kind === 'Job'
      ? setVariable(owner, name, '')
      : [edit(owner, `Let container ${name} run a program that its image has`, 'what it runs; it starts a rollout')]
  return { evidence, remedies }
}

/** What runs a migration, and what to do about one that fails. It is never taken back by itself: what it did already may
 *  be in the database. */
export function ofFailingMigration(view: ClusterView, owner: Reference, name: string): Own {
  const evidence = containerQuote(view, owner, name, 'image', ({ image }) => image)
  return {
    evidence,
    remedies: [
      lookAt(
        'Read what the migration said, and see in the database how far it came',
        `kubectl logs ${target(owner)} -c ${name} --tail=100`,
      ),
      ...(owner.kind === 'Job'
        ? setVariable(owner, name, '')
        : [
            edit(
              owner,
              'Name an image whose migration fits what the database holds; keep a copy of the database first',
              'what the migration does; it starts a rollout',
            ),
          ]),
    ],
  }
}

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
  const asksPort = probe.kind === 'http' || probe.kind === 'tcp'
  const remedies =
    kind === 'liveness' && asksPort
      ? patchTemplate(
          owner,
          { containers: [{ name, startupProbe: { ...asking(probe), periodSeconds: 10, failureThreshold: 30 } }] },
          { ...told, title: 'Give it a startup probe, before which the liveness probe is not asked' },
        )
      : patchTemplate(
          owner,
          { containers: [{ name, [field]: { failureThreshold: Math.ceil(300 / Math.max(1, probe.periodSeconds)) } }] },
          { ...told, title: `Let the ${kind} probe fail more often before it kills` },
        )
  return { evidence, remedies }
}

const asking = ({ kind, path, port }: Probe): object => ({
  [howOf[kind]]: { port: numberOrName(port), ...(path !== '' && { path }) },
})

const numberOrName = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text)

/** A probe that asks for what is not there: where it asks, and the port that the container declares. */
export function ofWrongProbe(view: ClusterView, owner: Reference, name: string, kind: ProbeKind): Own {
  const container = containerIn(view, owner, name)
  const probe = container?.[kind]
  if (!container || !probe) return {}
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
        patchTemplate(
          owner,
          { containers: [{ name, [`${kind}Probe`]: { [howOf[probe.kind]]: { port } } }] },
          {
            title: `Let the ${kind} probe ask port ${port}`,
            changes: `what the ${kind} probe of container ${name} asks`,
          },
        ),
      )
  if (ports.length > 0) return { evidence, remedies: ports }
  const title = `Let the ${kind} probe ask for what the process answers`
  return { evidence, remedies: [edit(owner, title, 'what the probe asks; it starts a rollout')] }
}

/** What a container may use of memory, and twice that. */
export function ofMemoryLimit(view: ClusterView, owner: Reference, name: string): Own {
  const limit = containerIn(view, owner, name)?.limits['memory']
  const evidence = containerQuote(view, owner, name, 'resources.limits.memory', () => limit)
  const parts = /^(\d+)([a-zA-Z]*)$/.exec(limit ?? '')
  if (!parts) return { evidence, remedies: [] }
  const larger = `${Number(parts[1]) * 2}${parts[2] ?? ''}`
  return {
    evidence,
    remedies: setResources(
      owner,
      name,
      `--limits=memory=${larger}`,
      `Give it ${larger} of memory, if its use is right`,
    ),
  }
}

/** The share of a container's memory that the heap of V8 may have; the rest is for buffers, code and stacks. */
const heapShare = 0.75
/** The most that V8 takes by itself where nobody says. MiB. */
const usualHeap = 4_096

/** How large a heap a process may have, and how to let it be larger within its memory limit. */
export function ofHeap(view: ClusterView, owner: Reference, name: string): Own {
  const container = containerIn(view, owner, name)
  const evidence = [
    ...variableQuote(view, owner, name, 'NODE_OPTIONS'),
    ...containerQuote(view, owner, name, 'resources.limits.memory', ({ limits }) => limits['memory']),
  ]
  const options = container?.env.find((each) => each.name === 'NODE_OPTIONS')
  const others = (options?.value ?? '').replace(/--max-old-space-size=\d+/, '').trim()
  if (options?.value === null || !/^[\w=.\s-]*$/.test(others)) return { evidence, remedies: [] }
  const limit = quantity(container?.limits['memory'])
  const now = Number(/--max-old-space-size=(\d+)/.exec(options?.value ?? '')?.[1] ?? usualHeap / 2)
  const size = limit === null ? now * 2 : Math.floor((limit / 2 ** 20) * heapShare)
  return {
    evidence,
    remedies: setVariable(owner, name, 'NODE_OPTIONS', `${others} --max-old-space-size=${size}`.trim()),
  }
}

/** What of a container may be written, and how to let a file be. */
export function ofUnwritable(view: ClusterView, owner: Reference, name: string, file: string): Own {
  const container = containerIn(view, owner, name)
  const evidence = containerQuote(view, owner, name, 'volumeMounts[].mountPath', ({ mounts }) =>
    mounts.map(({ path }) => path).join(', '),
  )
  const folder = dirname(file)
  if (!container || folder === '/' || container.mounts.some(({ path }) => path === folder)) {
    return { evidence, remedies: [edit(owner, `Let container ${name} write ${file}`, 'what it may write')] }
  }
  const list = container.role === 'app' ? 'containers' : 'initContainers'
  return {
    evidence,
    remedies: patchTemplate(
      owner,
      {
        volumes: [{ name: writable, emptyDir: {} }],
        [list]: [{ name, volumeMounts: [{ name: writable, mountPath: folder }] }],
      },
      {
        title: `Give container ${name} an empty folder at ${folder} that it may write`,
        changes: `${folder} of the container: what its image has there is hidden, and what is written there goes with the pod`,
      },
    ),
  }
}

const writable = 'writable'
