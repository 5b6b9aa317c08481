import { ClusterClient, ClusterModel, followCluster, kinds } from '@akashic/kubernetes'
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
import type { Change } from '../change/change.ts'
import { changesFromHistory } from '../change/history.ts'
import { joinChanges } from '../change/join-changes.ts'
import { watchChanges } from '../change/watch-changes.ts'
import { diagnose } from '../diagnosis/diagnose.ts'

const lookBackMs = 24 * 3_600_000

/** A real control plane that is followed and can be asked why. */
export interface ScenarioCluster {
  readonly cluster: KubernetesCluster
  readonly agent: NodeAgent
  readonly model: ClusterModel
  diagnose(scope: Scope): Promise<Diagnosis>
  /** Asks again and again until the first cause is this object. @throws Error with the last answer after 20 s. */
  firstCause(scope: Scope, object: string): Promise<Cause>
  stop(): Promise<void>
}

export interface ScenarioClusterOptions extends NodeAgentOptions {
  /** Where Secrets may be read. */
  readonly secretNamespaces?: readonly string[]
  /** Moves what cannot be made to happen at another time on a real control plane. */
  readonly retold?: (change: Change) => Change
}

export async function startScenarioCluster(options: ScenarioClusterOptions): Promise<ScenarioCluster> {
  const { secretNamespaces = ['shop', 'default'], retold = (change) => change } = options
  const cluster = await startKubernetes()
  const agent = await startNodeAgent(cluster, options)
  const client = new ClusterClient({ name: 'main', kubeconfig: cluster.kubeconfig })
  const model = new ClusterModel('main')
  const follower = followCluster({
    client,
    model,
    now: Date.now,
    random: Math.random,
    warn: () => undefined,
    secretNamespaces,
  })
  const isReady = (): boolean => kinds.every((kind) => model.freshness(kind).state === 'fresh')
  const seen: Change[] = []
  const stopWatching = watchChanges(model, { now: Date.now, isReady, onChange: (change) => seen.push(change) })
  follower.start()
  await eventually(() => {
    if (!isReady())
      throw new Error(`not read yet: ${kinds.filter((kind) => model.freshness(kind).state !== 'fresh').join(', ')}`)
  }, 20_000)
  const ask = (scope: Scope): Promise<Diagnosis> =>
    diagnose(
      {
        view: model,
        client,
        secretNamespaces,
        now: Date.now(),
        changes: joinChanges(seen, changesFromHistory(model, Date.now() - lookBackMs))
          .map(retold)
          .toSorted((a, b) => a.at - b.at),
        dependencies: () => [],
        runbooks: [],
      },
      scope,
    )
  return {
    ...{ cluster, agent, model },
    diagnose: ask,
    firstCause: (scope, object) =>
      eventually(async () => {
        const diagnosis = await ask(scope)
        const [first] = diagnosis.causes
        const named =
          first &&
          `${first.object.kind} ${first.object.namespace === '' ? '' : `${first.object.namespace}/`}${first.object.name}`
        if (named === object && diagnosis.verdict === 'cause_established') return first!
        throw new Error(
          `not ${object}, but ${diagnosis.verdict}: ${JSON.stringify({ causes: diagnosis.causes.map(({ object, because, score, points }) => ({ object, because, score, points: points.map(({ rule, points }) => `${rule} ${points}`).join(' ') })), symptoms: diagnosis.symptoms.map(({ rule, object, severity, summary }) => `${severity} ${rule} ${object.kind} ${object.name}: ${summary}`) }, null, 1)}`,
        )
      }, 20_000),
    stop: async () => {
      stopWatching()
      await follower.stop()
      await client.close()
      agent.stop()
      await cluster.stop()
    },
  }
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
