import { openaiUrl } from './ai.ts'
import { isRecord, list, repeated, text, type CrossProblem } from './draft.ts'

type Fields = Readonly<Record<string, unknown>>

/** Finds providers, models and virtual keys that are named twice, and providers that are named but not there. */
export function badAi(config: Fields): CrossProblem[] {
  const ai = isRecord(config['ai']) ? config['ai'] : {}
  const providers = records(ai['providers'])
  const names = new Set<unknown>(providers.map(({ name }) => name))
  const keys = records(ai['keys'])
  return [
    ...taken(
      providers.map(({ name }) => text(name)),
      ['ai', 'providers'],
      'name',
      'provider',
    ),
    ...taken(
      keys.map(({ name }) => text(name)),
      ['ai', 'keys'],
      'name',
      'key',
    ),
    ...providers.flatMap(badAddress),
    ...repeated(keys.map(({ secret }) => text(secret))).map((at) => ({
      path: ['ai', 'keys', at, 'secret'],
      message: 'this secret is used by an earlier key',
    })),
    ...providers.flatMap(({ models }, at) =>
      repeated(list(models).map((model) => text(isRecord(model) ? model['id'] : model))).map((index) => ({
        path: ['ai', 'providers', at, 'models', index],
        message: 'this model is named earlier',
      })),
    ),
    ...keys.flatMap(({ allowedProviders }, at) =>
      unknownProviders(allowedProviders, names, ['ai', 'keys', at, 'allowedProviders']),
    ),
    ...records(config['components']).flatMap(({ targets }, at) =>
      unknownProviders(isRecord(targets) ? targets['aiProviders'] : undefined, names, [
        ...['components', at, 'targets', 'aiProviders'],
      ]),
    ),
  ]
}

/** A key and its prompts must not go to OpenAI because an address was left out. */
function badAddress({ kind, baseUrl, apiVersion }: Fields, at: number): CrossProblem[] {
  const path = ['ai', 'providers', at]
  const problems: CrossProblem[] = []
  if (kind !== undefined && kind !== 'openai' && (baseUrl ?? openaiUrl) === openaiUrl) {
    problems.push({
      path: [...path, 'baseUrl'],
      message: `must be given for a provider of the kind ${text(kind) ?? ''}`,
    })
  }
  if (apiVersion === undefined) return problems
  if (kind !== 'azure') problems.push({ path: [...path, 'apiVersion'], message: 'is for the kind azure alone' })
  else if (/\/openai\/v1\/?$/.test(text(baseUrl) ?? '')) {
    problems.push({ path: [...path, 'apiVersion'], message: 'is not for an address that ends with /openai/v1' })
  }
  return problems
}

const records = (value: unknown): Fields[] => list(value).map((entry) => (isRecord(entry) ? entry : {}))

function taken(
  names: readonly (string | undefined)[],
  path: readonly string[],
  field: string,
  what: string,
): CrossProblem[] {
  return repeated(names).map((at) => ({
    path: [...path, at, field],
    message: `the name ${names[at]} is taken by an earlier ${what}`,
  }))
}

function unknownProviders(
  value: unknown,
  known: ReadonlySet<unknown>,
  path: readonly (string | number)[],
): CrossProblem[] {
  return list(value).flatMap((name, index) =>
    typeof name !== 'string' || known.has(name)
      ? []
      : [{ path: [...path, index], message: `there is no AI provider ${name}` }],
  )
}
