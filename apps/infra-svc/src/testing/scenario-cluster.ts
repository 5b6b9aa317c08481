import type { ClusterModel, Reference } from '@akashic/kubernetes'
import {
  eventually,
  startKubernetes,
  startNodeAgent,
  type KubernetesCluster,
  type NodeAgent,
  type NodeAgentOptions,
  type Run,
} from '@akashic/testbed'
import type { Cause, Diagnosis, Scope } from '../cause/diagnosis.ts'
import { startReader, type ReaderOptions, type Tier } from './reader.ts'

/** A real control plane that is followed with the rights that deploy/ gives, and can be asked why. */
export interface ScenarioCluster {
  readonly cluster: KubernetesCluster
  readonly agent: NodeAgent
  /** As tier `observe` sees it. */
  readonly model: ClusterModel
  /** @param tier `observe` unless given. */
  diagnose(scope: Scope, tier?: Tier): Promise<Diagnosis>
  /** Asks again and again until the first cause is this object. @throws Error with the last answer after 20 s. */
  firstCause(scope: Scope, object: string, tier?: Tier): Promise<Cause>
  stop(): Promise<void>
}

export interface ScenarioClusterOptions extends NodeAgentOptions, Partial<Omit<ReaderOptions, 'tier'>> {}

export async function startScenarioCluster(options: ScenarioClusterOptions): Promise<ScenarioCluster> {
  const { secretNamespaces = ['shop', 'default'], retold = (change) => change, asksKubelets = false } = options
  const cluster = await startKubernetes()
  const agent = await startNodeAgent(cluster, options)
  const start = (tier: Tier) => startReader(cluster, { tier, asksKubelets, secretNamespaces, retold })
  const readers = { observe: await start('observe'), secrets: await start('secrets') }
  const ask = (scope: Scope, tier: Tier = 'observe'): Promise<Diagnosis> => readers[tier].diagnose(scope)
  return {
    ...{ cluster, agent, model: readers.observe.model },
    diagnose: ask,
    firstCause: (scope, object, tier) =>
      eventually(async () => {
        const diagnosis = await ask(scope, tier)
        const [first] = diagnosis.causes
        if (first && textOf(first.object) === object && diagnosis.verdict === 'cause_established') return first
        throw new Error(`not ${object}, but ${told(diagnosis)}`)
      }, 20_000),
    stop: async () => {
      await Promise.all([readers.observe.stop(), readers.secrets.stop()])
      agent.stop()
      await cluster.stop()
    },
  }
}

export const textOf = ({ kind, namespace, name }: Reference): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`

/** An answer as a failing test shows it. */
export function told({ verdict, causes, symptoms, unseen }: Diagnosis): string {
  const shown = {
    causes: causes.map(({ object, because, score, points }) => ({
      ...{ object: textOf(object), because, score },
      points: points.map((each) => `${each.rule} ${each.points}`).join(' '),
    })),
    symptoms: symptoms.map(
      ({ rule, object, severity, summary }) => `${severity} ${rule} ${textOf(object)}: ${summary}`,
    ),
    unseen,
  }
  return `${verdict}: ${JSON.stringify(shown, null, 1)}`
}

export const workload = (name: string, kind = 'Deployment', namespace = 'shop'): Scope => ({
  kind: 'workload',
  workload: { kind, namespace, name },
})

/** Where the stand-in for kubelets reads what the containers of a pod do. */
const runAnnotation = 'akashic.dev/behaviour'

export interface DeploymentOptions extends Partial<
  Record<'image' | 'container' | 'pod' | 'spec' | 'namespace', string>
> {
  readonly replicas?: number
  /** A deed that the test's processes know. */
  readonly does?: string
  /** What its process does in every run. */
  readonly run?: Run
}

/** A Deployment's manifest. Everything but the name has a default that is well. */
export function deployment(
  name: string,
  {
    image = 'web:1',
    replicas = 1,
    container = '',
    pod = '',
    spec = '',
    namespace = 'shop',
    does = '',
    run,
  }: DeploymentOptions = {},
): string {
  const annotations = run ? `, annotations: ${JSON.stringify({ [runAnnotation]: JSON.stringify({ app: run }) })}` : ''
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  ${spec}
  template:
    metadata: { labels: { app: ${name}${does && `, does: ${does}`} }${annotations} }
    spec:
      ${pod}
      containers:
      - { name: app, image: '${image}', ports: [{ name: http, containerPort: 8080 }]${container && `, ${container}`} }
---`
}

export const configMap = (name: string, data: Readonly<Record<string, string>>, namespace = 'shop'): string =>
  `\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace} }\ndata: ${JSON.stringify(data)}\n---`

export const service = (
  name: string,
  selector: string,
  targetPort: string | number = 8080,
  namespace = 'shop',
): string =>
  `\napiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: { selector: { app: ${selector} }, ports: [{ port: 80, targetPort: ${targetPort} }] }\n---`
