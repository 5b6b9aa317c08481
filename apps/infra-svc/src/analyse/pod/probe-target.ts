import type { Pod, Probe } from '@akashic/kubernetes'

/** What a probe asks for that the pod does not offer: a port at which nothing listens and that no container declares, or
 *  a path that the process itself does not know. Null where the failure may as well be the process's.
 *  @param message what the kubelet says of the failure. */
export function wrongTarget({ spec }: Pod, kind: string, { port, path }: Probe, message: string): string | null {
  const declared = spec.containers.flatMap(({ ports }) => ports)
  const isDeclared = declared.some((each) => String(each.port) === port || each.name === port)
  if (/connection refused/.test(message) && declared.length > 0 && !isDeclared) {
    const offered = declared.map((each) => each.port).join(', ')
    return `its ${kind} probe asks port ${port}, where nothing listens; the containers declare ${offered}`
  }
  if (/statuscode: 404\b/.test(message)) {
    return `its ${kind} probe asks for ${path || '/'} on port ${port}, and the process answers that there is no such path`
  }
  return null
}
