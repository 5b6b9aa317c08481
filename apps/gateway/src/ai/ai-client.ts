import type { aiHealth } from '@akashic/proto'
import type { RpcClientOf } from '@akashic/shared/rpc'

export type AiClient = RpcClientOf<aiHealth.AiHealthService>

export const aiTag = 'AI services'
export const aiPath = '/api/v1/ai'
