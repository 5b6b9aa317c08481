import { OpsError } from '@akashic/shared/errors'
import { unary } from '@akashic/shared/rpc'
import type { RpcCall, RpcServer, UnaryHandler } from '@akashic/shared/rpc'

type ServiceDefinition = Parameters<RpcServer['add']>[0]

type Unary<Method> = Method extends { kind: 'unary'; request: infer Q; response: infer S }
  ? (request: Q, call: RpcCall) => Promise<S>
  : never

export type ScriptsOf<Service> = { [M in keyof Service]?: Unary<Service[M]> }

/** A service of unary methods that says what a test tells it to; what has no script is `unimplemented`. */
export interface ScriptedService<Service> {
  scripts: ScriptsOf<Service>
}

/** Adds a scripted service to the real RPC server. */
export function scriptService<Service>(server: RpcServer, definition: ServiceDefinition): ScriptedService<Service> {
  const service: ScriptedService<Service> = { scripts: {} }
  const names = Object.values(definition).map((method) => method.originalName as keyof Service & string)
  const scripted = (name: keyof Service & string): UnaryHandler =>
    unary(async (request: never, call) => {
      const script = service.scripts[name] as ((request: never, call: RpcCall) => Promise<object>) | undefined
      if (!script) throw new OpsError('unimplemented', `${name} has no script`)
      return script(request, call)
    })
  server.add(definition, Object.fromEntries(names.map((name) => [name, scripted(name)])))
  return service
}
