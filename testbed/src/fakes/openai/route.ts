export interface Route {
  readonly endpoint: 'models' | 'chat' | 'embeddings'
  /** The model that the path names, as Azure's deployments do. */
  readonly model: string | undefined
}

const prefix = /^\/(?:v1|openai\/v1|openai\/deployments\/([^/]+)|openai)\/(.+)$/

/** Which endpoint a request is for, under OpenAI's paths and Azure's; undefined when there is none. */
export function routeOf(method: string, path: string): Route | undefined {
  const [, deployment, rest = ''] = prefix.exec(path) ?? []
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
