/** What a container's process does, as nothing really runs. Times are ms of the kubelet's time, which the agent may
 *  run through faster. */
export interface Run {
  /** Ends by itself after so long; runs on unless given. */
  readonly exitAfterMs?: number
  /** 0 unless given. */
  readonly exitCode?: number
  /** Such as `OOMKilled`; `Error` or `Completed` by the exit code unless given. */
  readonly reason?: string
  /** What the runtime says of the end, such as that it finds no program to start. */
  readonly message?: string
  readonly logs?: readonly string[]
  /** When its probes begin to succeed: at once unless given; null for never. */
  readonly healthyAfterMs?: number | null
  /** What its readiness probe says while it fails. */
  readonly probeMessage?: string
  /** Cores. */
  readonly cpu?: number
  /** Bytes. */
  readonly memory?: number
}

export interface RunContext {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly labels: Readonly<Record<string, string>>
  /** As resolved from the pod, its ConfigMaps and its Secrets. */
  readonly env: Readonly<Record<string, string>>
  /** 0 for the first run. */
  readonly attempt: number
}

/** Decides what a container does; undefined runs it healthily. */
export type Behaviour = (context: RunContext) => Run | undefined | Promise<Run | undefined>

/** Annotation with what containers do, by name, for tests that only have manifests. */
export const behaviourAnnotation = 'akashic.dev/behaviour'

export function annotatedRun(
  annotations: Readonly<Record<string, string>> | undefined,
  container: string,
): Run | undefined {
  const text = annotations?.[behaviourAnnotation]
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, Run>)[container]
}
