import type { ApiObject, ApiRequest } from '../real/kubernetes/api.ts'

/** Writes events as a kubelet does: one object for what repeats, with a count. */
export class EventRecorder {
  readonly #ask: ApiRequest
  readonly #node: string
  readonly #known = new Map<string, { name: string; count: number; written: Promise<unknown> }>()
  #next = 0

  constructor(ask: ApiRequest, node: string) {
    this.#ask = ask
    this.#node = node
  }

  async record(
    about: ApiObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    container?: string,
  ): Promise<void> {
    const { kind = 'Pod', metadata } = about
    const namespace = metadata.namespace ?? 'default'
    const key = [kind, metadata.uid, container, reason, message].join('|')
    const at = new Date().toISOString().replace(/\.\d+/, '')
    const known = this.#known.get(key)
    if (known) {
      known.count++
      const path = `/api/v1/namespaces/${namespace}/events/${known.name}`
      const patch = { count: known.count, lastTimestamp: at }
      known.written = known.written.then(() => this.#ask('PATCH', path, patch, 'application/merge-patch+json'))
      return void (await known.written.catch(() => undefined))
    }
    const name = `${metadata.name}.${Date.now().toString(16)}${(this.#next++).toString(16)}`
    const written = this.#ask('POST', `/api/v1/namespaces/${namespace}/events`, {
      metadata: { name, namespace },
      involvedObject: {
        kind,
        apiVersion: 'v1',
        ...(kind === 'Node' ? {} : { namespace }),
        name: metadata.name,
        uid: kind === 'Node' ? metadata.name : metadata.uid,
        ...(container !== undefined && { fieldPath: `spec.containers{${container}}` }),
      },
      ...{ type, reason, message: message.slice(0, 1_024), count: 1, firstTimestamp: at, lastTimestamp: at },
      source: { component: 'kubelet', host: this.#node },
      reportingComponent: 'kubelet',
      reportingInstance: this.#node,
    })
    this.#known.set(key, { name, count: 1, written })
    await written.catch(() => undefined)
  }
}
