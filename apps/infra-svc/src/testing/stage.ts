import { resourceTypes, type Kind, type Reference } from '@akashic/kubernetes'
import { describeReal, eventually, type NodeAgentOptions } from '@akashic/testbed'
import type { Cause, Diagnosis, Scope } from '../cause/diagnosis.ts'
import { casts, type Cast } from './cast.ts'
import { assertMendable, openRemedyBench, type RemedyBench } from './mendable.ts'
import { processes, unwell } from './processes.ts'
import { assertProven } from './proven.ts'
import type { Tier } from './reader.ts'
import {
  configMap,
  deployment,
  service,
  startScenarioCluster,
  textOf,
  told,
  workload,
  type DeploymentOptions,
  type ScenarioCluster,
} from './scenario-cluster.ts'

/** What makes a container ready once its process is well. */
export const probed = 'readinessProbe: { httpGet: { port: 8080 } }'

const scenarioMs = 60_000
const bystanders = 50
const tenMinutesMs = 600_000

/** A real cluster with bystanders in it, on which scenarios are played under the names of a cast. Roles are told as
 *  `role`, or as `space/role` in another namespace. */
export class Stage {
  readonly cast: Cast
  #given: ScenarioCluster | undefined
  #tier: Tier = 'observe'
  #bench: RemedyBench | undefined

  constructor(cast: Cast) {
    this.cast = cast
  }

  get given(): ScenarioCluster {
    if (!this.#given) throw new Error('the stage is not open')
    return this.#given
  }

  get namespace(): string {
    return this.cast.namespace
  }

  /** The name of a role. */
  of(role: string): string {
    return this.#place(role).name
  }

  async open(options: NodeAgentOptions): Promise<void> {
    const unrelated = this.of('unrelated')
    this.#given = await startScenarioCluster({
      behaviour: processes,
      ...options,
      nodes: options.nodes.map((node) => ({ ...node, name: this.of(node.name) })),
      secretNamespaces: [this.namespace, 'default'],
      retold: (change) => (change.object.name === unrelated ? { ...change, at: change.at - tenMinutesMs } : change),
    })
    this.#bench = await openRemedyBench(this.#given.cluster)
    await this.apply(this.space('shop'), this.space('noise'), ...this.#bystanders())
    await this.apply(this.deployment('unrelated', { image: 'web:2' }), this.configMap('unrelated', { LEVEL: 'warn' }))
  }

  async close(): Promise<void> {
    await this.#bench?.close()
    await this.#given?.stop()
  }

  apply(...manifests: readonly string[]): Promise<void> {
    return this.given.cluster.apply(manifests.join('\n---\n'))
  }

  /** The manifest of a namespace. */
  space(role: string, labels: Readonly<Record<string, string>> = {}): string {
    const name = this.cast.space(role)
    return `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: ${JSON.stringify(labels)} }`
  }

  /** What every object of a role begins with. */
  meta(role: string): string {
    const { namespace, name } = this.#place(role)
    return `metadata: { name: ${name}, namespace: ${namespace} }`
  }

  deployment(role: string, options: DeploymentOptions = {}): string {
    const { namespace, name } = this.#place(role)
    return deployment(name, { namespace, ...options })
  }

  /** A Deployment that is told of an address, is not ready and writes this line. */
  caller(role: string, url: string, line: string): string {
    const container = `${probed}, env: [{ name: CALLS, value: "${url}" }]`
    return this.deployment(role, { container, run: unwell(line) })
  }

  service(role: string, selects = role, targetPort: string | number = 8080): string {
    const { namespace, name } = this.#place(role)
    return service(name, this.of(selects), targetPort, namespace)
  }

  configMap(role: string, values: Readonly<Record<string, string>>): string {
    const { namespace, name } = this.#place(role)
    return configMap(name, values, namespace)
  }

  /** The manifest of a Secret, of type Opaque. */
  secret(role: string, values: Readonly<Record<string, string>>): string {
    return `apiVersion: v1\nkind: Secret\n${this.meta(role)}\nstringData: ${JSON.stringify(values)}`
  }

  /** @param spec of the policy, besides whom it selects. */
  policy(role: string, selects: string, spec: string): string {
    const selector = `podSelector: { matchLabels: { app: ${this.of(selects)} } }`
    return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${this.meta(role)}\nspec: { ${selector}, ${spec} }`
  }

  available(role: string): Promise<void> {
    const { namespace, name } = this.#place(role)
    return eventually(async () => {
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`
      const { status } = await this.given.cluster.request('GET', path)
      if (!status.availableReplicas) throw new Error(`${name} is not available yet`)
    }, 20_000)
  }

  /** Waits until a DaemonSet has a ready pod on each of its nodes. */
  daemonsReady(role: string): Promise<void> {
    const { namespace, name } = this.#place(role)
    return eventually(async () => {
      const path = `/apis/apps/v1/namespaces/${namespace}/daemonsets/${name}`
      const { status } = await this.given.cluster.request('GET', path)
      if (!status.numberReady || status.numberReady < status.desiredNumberScheduled)
        throw new Error(`${name} is not ready`)
    }, 20_000)
  }

  restart(role: string): Promise<string> {
    const { namespace, name } = this.#place(role)
    return this.given.cluster.kubectl(['rollout', 'restart', '-n', namespace, `deployment/${name}`])
  }

  /** @param asked a workload's role, with its kind in front unless it is a Deployment; `Namespace space`; `Component` and
   *  the roles of the Deployments that run it; or `Cluster`. */
  diagnose(asked: string): Promise<Diagnosis> {
    return this.given.diagnose(this.#scopeOf(asked), this.#tier)
  }

  /** Asks until the first cause is established and this one, and holds it to its evidence and remedies. That of a workload is also the first of a component that it
   *  runs, and the first by which the whole cluster's diagnosis explains what it suffers from.
   *  @param blamed kind and role; what is no object of the cluster by its own name. */
  async firstCause(asked: string, blamed: string): Promise<Cause> {
    const scope = this.#scopeOf(asked)
    const cause = await this.given.firstCause(scope, this.named(blamed), this.#tier)
    await this.#hold(scope, blamed)
    if (scope.kind === 'workload') {
      await this.given.firstCause(componentOf(scope.workload), this.named(blamed), this.#tier)
      await this.#firstOfAll(cause, this.named(blamed))
    }
    return cause
  }

  /** Objects go on changing: what is quoted is held against the control plane until both are of one time. */
  async #hold(scope: Scope, blamed: string): Promise<void> {
    const cause = await eventually(async () => {
      const first = await this.given.firstCause(scope, this.named(blamed), this.#tier)
      await assertProven(this.given.cluster, first, this.#tier)
      return first
    }, 10_000)
    await assertMendable(this.#bench!, cause)
  }

  /** Does what the first remedy of a cause says that changes something. @returns takes it back. */
  async mend({ remedies }: Cause): Promise<() => Promise<void>> {
    const { command, undo } = remedies.find((each) => each.changes !== 'nothing' && each.command !== null)!
    await this.#bench!.run(command!)
    return () => this.#bench!.run(undo!)
  }

  #firstOfAll({ explains }: Cause, blamed: string): Promise<void> {
    return eventually(async () => {
      const diagnosis = await this.given.diagnose({ kind: 'cluster' }, this.#tier)
      const first = diagnosis.causes.find((cause) => cause.explains.some((id) => explains.includes(id)))
      if (first && textOf(first.object) === blamed && first.isEstablished) return
      throw new Error(`of the cluster it is not ${blamed} that explains ${explains.join(', ')}: ${told(diagnosis)}`)
    }, 20_000)
  }

  /** Plays what is about Secrets: only that may be asked with the right to read them. */
  async withSecrets(play: () => Promise<unknown>): Promise<void> {
    this.#tier = 'secrets'
    try {
      await play()
    } finally {
      this.#tier = 'observe'
    }
  }

  /** Asks until these and no others are established, in any order. */
  allCauses(asked: string, ...blamed: readonly string[]): Promise<void> {
    return eventually(async () => {
      const { causes } = await this.diagnose(asked)
      const named = causes.filter(({ isEstablished }) => isEstablished).map(({ object }) => textOf(object))
      expect(named.toSorted()).toEqual(blamed.map((each) => this.named(each)).toSorted())
    }, 20_000)
  }

  /** Asks until a symptom of this rule is seen, and then that no cause is established. */
  async noCause(asked: string, rule: string): Promise<void> {
    const { verdict, causes, summary } = await this.answerTo(asked, rule)
    expect({ verdict, causes: causes.filter(({ isEstablished }) => isEstablished) }).toEqual({
      verdict: 'none_established',
      causes: [],
    })
    expect(summary).toContain('cause: none established')
  }

  /** Asks until a symptom of this rule is seen, and says what is answered then. */
  async answerTo(asked: string, rule: string): Promise<Diagnosis> {
    return eventually(async () => {
      const diagnosis = await this.diagnose(asked)
      expect(diagnosis.symptoms.map((symptom) => symptom.rule)).toContain(rule)
      return diagnosis
    }, 20_000)
  }

  /** Asks until nothing is found wrong. */
  nothingWrong(asked: string): Promise<void> {
    return eventually(async () => {
      expect(await this.diagnose(asked)).toMatchObject({ verdict: 'nothing_wrong', symptoms: [], causes: [] })
    }, 20_000)
  }

  /** An object as answers name it. */
  named(text: string): string {
    const [kind = '', role = ''] = text.split(' ')
    const { namespace, name } = this.#place(role)
    if (!(kind in resourceTypes) || kind === 'APIService')
      return kind === 'HelmRelease' ? `${kind} ${namespace}/${name}` : text
    if (kind === 'Namespace') return `${kind} ${this.cast.space(role)}`
    return resourceTypes[kind as Kind].isNamespaced ? `${kind} ${namespace}/${name}` : `${kind} ${name}`
  }

  #scopeOf(asked: string): Scope {
    if (asked === 'Cluster') return { kind: 'cluster' }
    const [kind, role, ...others] = asked.includes(' ') ? asked.split(' ') : ['Deployment', asked]
    if (kind === 'Component') {
      const workloads = [role!, ...others].map((each) => ({ kind: 'Deployment', ...this.#place(each) }))
      return componentOf(...workloads)
    }
    if (kind === 'Namespace') return { kind: 'namespace', namespace: this.cast.space(role!) }
    const { namespace, name } = this.#place(role!)
    return workload(name, kind, namespace)
  }

  #place(text: string): { readonly namespace: string; readonly name: string } {
    const [space, role] = text.includes('/') ? text.split('/') : [undefined, text]
    return {
      namespace: space === undefined ? this.cast.namespace : this.cast.space(space),
      name: this.cast.of(role),
    }
  }

  /** Troubles that have nothing to do with any scenario, beside it and elsewhere, and what was changed well. */
  #bystanders(): readonly string[] {
    const troubles = Array.from({ length: bystanders }, (_, index) =>
      this.deployment(`${index % 2 === 0 ? 'noise' : 'shop'}/bystander-${index}`, {
        container: index % 4 < 2 ? 'imagePullPolicy: Never' : '',
        pod: index % 4 < 2 ? '' : 'nodeSelector: { nowhere: "yes" }',
      }),
    )
    const container = `envFrom: [{ configMapRef: { name: ${this.of('unrelated')} } }]`
    return [...troubles, this.configMap('unrelated', { LEVEL: 'info' }), this.deployment('unrelated', { container })]
  }
}

const componentOf = (...workloads: readonly Reference[]): Scope => ({
  kind: 'component',
  components: ['of-the-scenario'],
  workloads,
})

/** Plays scenarios once under plain and once under random names, each time on a cluster of their own. */
export function onStage(options: NodeAgentOptions, play: (stage: Stage) => void): void {
  describeReal('kubernetes', () => {
    describe.each(casts)('$title', (cast) => {
      const stage = new Stage(cast)
      beforeAll(() => stage.open(options), 120_000)
      afterAll(() => stage.close())
      play(stage)
    })
  })
}

/** A test with the patience that a real control plane needs. */
export const scenario = (title: string, play: () => Promise<unknown>): void =>
  test(title, async () => void (await play()), scenarioMs)
