import { OpsError } from '@akashic/shared/errors'

export type Endpoint = 'chat' | 'embeddings'

/** A request to a model, with what decides where it may go. */
export interface AiRequest {
  readonly endpoint: Endpoint
  readonly model: string
  /** As it came, byte for byte. */
  readonly body: Buffer
  readonly fields: Readonly<Record<string, unknown>>
  readonly isStream: boolean
  readonly features: readonly ('tools' | 'json_schema')[]
  /** Tokens that it surely has, and more in truth. */
  readonly leastTokens: number
  /** Headers of the caller that providers see, Idempotency-Key among them. */
  readonly headers: Readonly<Record<string, string>>
}

/** No tokenizer makes fewer tokens of so many characters of prose. */
const charactersOfToken = 8

/** Reads the body of a request.
 *  @throws OpsError invalid_argument when it is not a JSON object that names a model. */
export function readAiRequest(
  endpoint: Endpoint,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): AiRequest {
  const fields = parseObject(body)
  const model = fields['model']
  if (typeof model !== 'string' || model === '' || model.length > 200)
    throw invalid('you must provide a model parameter')
  const needed = endpoint === 'chat' ? 'messages' : 'input'
  if (fields[needed] === undefined) throw invalid(`Missing required parameter: '${needed}'.`)
  return {
    endpoint,
    model,
    body,
    fields,
    isStream: fields['stream'] === true && endpoint === 'chat',
    features: featuresOf(fields),
    leastTokens: Math.floor(charactersOf(fields) / charactersOfToken),
    headers,
  }
}

/** What to send to a provider that knows the model as `model`: the caller's bytes wherever they are right as they are. */
export function bodyFor({ model, body, fields }: AiRequest, asked: string): Buffer | string {
  return asked === model ? body : JSON.stringify({ ...fields, model: asked })
}

/** Data that is sent within a request is no text. */
const ofData: ReadonlySet<string> = new Set(['image_url', 'input_audio', 'file'])

function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  let sum = 0
  for (const [name, part] of Object.entries(value)) if (!ofData.has(name)) sum += charactersOf(part)
  return sum
}

function parseObject(body: Buffer): Record<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString())
  } catch {
    throw invalid('We could not parse the JSON body of your request.')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid('The body of the request must be a JSON object.')
  }
  return parsed as Record<string, unknown>
}

function featuresOf(fields: Readonly<Record<string, unknown>>): AiRequest['features'] {
  const isListed = (value: unknown) => Array.isArray(value) && value.length > 0
  const format = fields['response_format']
  const wantsSchema = typeof format === 'object' && format !== null && 'type' in format && format.type === 'json_schema'
  return [
    ...(isListed(fields['tools']) || isListed(fields['functions']) ? (['tools'] as const) : []),
    ...(wantsSchema ? (['json_schema'] as const) : []),
  ]
}

const invalid = (detail: string) => new OpsError('invalid_argument', detail)
