import type { ComponentSpec, Config } from '@akashic/config'
import type { StatusService } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import type { RpcClientOf } from '@akashic/shared/rpc'
import type { Logger } from 'pino'

/** What this service needs to know of a component. */
export type KnownComponent = Pick<ComponentSpec, 'id' | 'dependsOn' | 'targets'>

export interface KnownComponentsDeps {
  readonly status: Pick<RpcClientOf<StatusService>, 'listComponents'>
  readonly configured: () => Config['components']
  readonly log: Logger
}

const pageSize = 200
const mostPages = 50
const deadlineMs = 2_000

/** Every component, as the status service knows them; those of the configuration file alone while it is away. */
export async function knownComponents({
  status,
  configured,
  log,
}: KnownComponentsDeps): Promise<readonly KnownComponent[]> {
  try {
    const known: KnownComponent[] = []
    let cursor = ''
    for (let page = 0; page < mostPages; page++) {
      const options = { principal: systemActor('infra').principal, deadlineMs }
      const answer = await status.listComponents({ limit: pageSize, cursor }, options)
      known.push(...answer.components.map(({ definitionJson }) => JSON.parse(definitionJson) as KnownComponent))
      cursor = answer.nextCursor
      if (cursor === '') break
    }
    return known
  } catch (error) {
    log.warn({ err: error }, 'the components could not be read; those of the configuration are used')
    return configured()
  }
}
