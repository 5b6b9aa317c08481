import type { ProviderKind } from './options.ts'

export interface Route {
  readonly endpoint: 'models' | 'chat' | 'embeddings'
  /** The model that the path names, as Azure's deployments do. */
  readonly model: string | undefined
}

const ofOpenai = /^\/(v1)\/(.+)$/
const ofAzureV1 = /^\/openai\/(v1)\/(.+)$/
const ofAzure = /^\/openai\/(?:deployments\/([^/]+)\/(.+)|(models.*))$/

/** Which endpoint of a provider of `kind` a request is for; undefined when there is none. Azure's addresses are its own, and
 *  have an `api-version` unless they are of its v1. */
export function routeOf(kind: ProviderKind, method: string, path: string, hasVersion: boolean): Route | undefined {
  const v1 = (kind === 'azure' ? ofAzureV1 : ofOpenai).exec(path)
  if (v1) return endpointOf(method, undefined, v1[2]!)
  const versioned = kind === 'azure' && hasVersion ? ofAzure.exec(path) : null
  return versioned ? endpointOf(method, versioned[1], versioned[2] ?? versioned[3]!) : undefined
}

function endpointOf(method: string, deployment: string | undefined, rest: string): Route | undefined {
  const model = deployment === undefined ? undefined : decoded(deployment)
  if (method === 'POST' && rest === 'chat/completions') return { endpoint: 'chat', model }
  if (method === 'POST' && rest === 'embeddings') return { endpoint: 'embeddings', model }
  if (method !== 'GET') return undefined
  if (rest === 'models') return { endpoint: 'models', model: undefined }
  return rest.startsWith('models/') ? { endpoint: 'models', model: decoded(rest.slice(7)) } : undefined
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
