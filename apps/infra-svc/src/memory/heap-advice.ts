import type { Container, Reference } from '@akashic/kubernetes'
import type { Remedy } from '../finding/finding.ts'

/** The signal at which a Node process writes a heap snapshot, as far as the pod's manifest tells. */
export type SnapshotSignal =
  | { readonly is: 'set'; readonly signal: string }
  | { readonly is: 'not set' }
  /** NODE_OPTIONS comes from elsewhere. */
  | { readonly is: 'unknown'; readonly from: string }

const flag = /--heapsnapshot-signal[= ](SIG[A-Z0-9]+)\b/
const nodeProgram = /(^|\/)node(js)?$/

/** Whether a container runs Node by what its manifest says; an image alone does not tell. */
export const isNode = ({ command, args, env }: Container): boolean =>
  [...command, ...args].some((each) => nodeProgram.test(each) || /^(npm|npx|yarn|pnpm)$/.test(each)) ||
  env.some(({ name }) => name === 'NODE_OPTIONS' || name === 'NODE_ENV')

export function snapshotSignal({ command, args, env }: Container): SnapshotSignal {
  const options = env.find(({ name }) => name === 'NODE_OPTIONS')
  const said = [[...command, ...args].join(' '), options?.value ?? ''].map((text) => flag.exec(text)?.[1])
  const signal = said.find((each) => each !== undefined)
  if (signal !== undefined) return { is: 'set', signal }
  if (options?.from) return { is: 'unknown', from: `${options.from.kind} ${options.from.name}` }
  return { is: 'not set' }
}

/** What to do about the memory of a Node process: a snapshot of its heap by signal where the process takes it, which is not
 *  killed by it then; else how it is made to. Nothing here opens an inspector. */
export function heapAdvice(container: Container, pod: Reference, owner: Reference): readonly Remedy[] {
  if (!isNode(container)) return []
  const found = snapshotSignal(container)
  if (found.is === 'set') return [takeSnapshot(container, pod, found.signal)]
  const first =
    found.is === 'unknown'
      ? `NODE_OPTIONS comes from ${found.from}: look whether it has the flag; if not, start`
      : 'Start'
  return [
    {
      title: `${first} it with NODE_OPTIONS=--heapsnapshot-signal=SIGUSR2, so that a signal makes it write its heap; without the flag that signal ends the process`,
      command: null,
      changes: `the template of ${owner.kind} ${owner.namespace}/${owner.name}; it starts a rollout, and what has leaked is gone with it`,
      undo: 'take the flag out again',
      isDestructive: false,
    },
  ]
}

/** A shell or a package manager that is process 1 would get the signal instead. */
function takeSnapshot({ name, command }: Container, pod: Reference, signal: string): Remedy {
  const isFirst = nodeProgram.test(command[0] ?? '')
  const title = `Have it write its heap into its working directory, twice some minutes apart, and compare the two`
  return {
    title: isFirst ? title : `${title}: send ${signal} to the process of Node, which may not be process 1`,
    command: isFirst
      ? `kubectl exec -n ${pod.namespace} ${pod.name} -c ${name} -- kill -s ${signal.replace(/^SIG/, '')} 1`
      : null,
    changes:
      'the process stands still while it writes, and needs up to twice its heap meanwhile: near its limit it may be killed',
    undo: null,
    isDestructive: false,
  }
}
