import type { ComponentSpec, Config } from '@akashic/config'
import type { StatusService } from '@akashic/proto'
import type { RpcClientOf } from '@akashic/shared/rpc'
import type { Logger } from 'pino'
import { readComponents } from './read-components.ts'

/** What this service needs to know of a component. */
export type KnownComponent = Pick<ComponentSpec, 'id' | 'dependsOn' | 'targets'> &
  Partial<Pick<ComponentSpec, 'checks'>>

export interface KnownComponentsDeps {
  readonly status: Pick<RpcClientOf<StatusService>, 'listComponents'>
  readonly configured: () => Config['components']
  readonly log: Logger
}

/** Every component, as the status service knows them; those of the configuration file alone while they cannot be had whole. */
export async function knownComponents({
  status,
  configured,
  log,
}: KnownComponentsDeps): Promise<readonly KnownComponent[]> {
  const { components, problem } = await readComponents(status)
  if (problem === null) return components.map(({ definitionJson }) => JSON.parse(definitionJson) as KnownComponent)
  log.warn({ problem }, 'the components could not be read; those of the configuration are used')
  return configured()
}
