import type { Pod, Probe } from '@akashic/kubernetes'

/** What a probe asks for that the pod does not offer: a port at which nothing listens and that no container declares, a
 *  path that the process does not know or keeps to itself, a protocol that it does not speak, a program that is not there. Null where the failure may as well be the process's.
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
  if (/statuscode: 40[13]\b/.test(message)) {
    return `its ${kind} probe asks for ${path || '/'} on port ${port}, and the process answers that one must log in`
  }
  if (/server gave HTTP response to HTTPS client/.test(message)) {
    return `its ${kind} probe speaks TLS to port ${port}, and the process speaks plain HTTP there`
  }
  if (/malformed HTTP response "\\x15\\x03/.test(message)) {
    return `its ${kind} probe speaks plain HTTP to port ${port}, and the process speaks TLS there`
  }
  if (/does not implement the grpc health protocol/.test(message)) {
    return `its ${kind} probe asks for the health service of gRPC on port ${port}, which the process does not offer`
  }
  const program = /exec: "([^"]+)": (?:executable file not found|stat .*no such file)/.exec(message)?.[1]
  return program === undefined ? null : `its ${kind} probe runs ${program}, which the image does not have`
}
