import type { infra } from '@akashic/proto'
import type { RpcClientOf } from '@akashic/shared/rpc'

export type InfraClient = RpcClientOf<infra.InfraService>

export const infraTag = 'Infrastructure'
export const infraPath = '/api/v1/infra'
