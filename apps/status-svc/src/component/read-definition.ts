import { componentSchema, crossCheck, type ComponentSpec } from '@akashic/config'
import { OpsError, type FieldError } from '@akashic/shared/errors'
import { fieldErrorsOf } from '@akashic/shared/http'
import { definitionOf, type Definition } from './definition.ts'
import { isObject, type Json } from './merge-patch.ts'
import { unresolvedMarks } from './redact.ts'

/** Reads JSON that must be an object.
 *  @throws OpsError invalid_argument. */
export function readObject(json: string): Definition {
  let value: Json
  try {
    value = JSON.parse(json) as Json
  } catch {
    throw new OpsError('invalid_argument', 'The definition is not JSON.')
  }
  if (isObject(value)) return value
  throw new OpsError('invalid_argument', 'The definition must be an object.', {
    fields: [{ pointer: '', detail: 'must be an object' }],
  })
}

/** Reads a definition that stands among `others`: its own fields, then what it needs of the others.
 *  @throws OpsError invalid_argument that names every bad field. */
export function readDefinition(definition: Definition, others: readonly ComponentSpec[]): ComponentSpec {
  refuse(
    unresolvedMarks(definition).map((pointer) => ({
      pointer,
      detail: 'stands for a secret that is not known: give the secret itself',
    })),
  )
  const parsed = componentSchema.safeParse(definition)
  if (!parsed.success) throw invalid(fieldErrorsOf(parsed.error.issues))
  const fields = conflicts(parsed.data, others)
  if (parsed.data.renamedFrom !== undefined) {
    fields.push({ pointer: '/renamedFrom', detail: 'is for akashic.yaml: here a component keeps its id' })
  }
  refuse(fields)
  return parsed.data
}

/** What is wrong between `spec` and `others`, and was not wrong among the others before. */
function conflicts(spec: ComponentSpec, others: readonly ComponentSpec[]): FieldError[] {
  const definitions = others.map(definitionOf)
  const before = new Set(crossCheck({ components: definitions }).map((problem) => JSON.stringify(problem)))
  return crossCheck({ components: [...definitions, definitionOf(spec)] })
    .filter((problem) => !before.has(JSON.stringify(problem)))
    .map(({ path, message }) => ({
      pointer: path
        .slice(2)
        .map((part) => `/${part}`)
        .join(''),
      detail: message,
    }))
}

function refuse(fields: readonly FieldError[]): void {
  if (fields.length > 0) throw invalid(fields)
}

function invalid(fields: readonly FieldError[]): OpsError {
  const [first] = fields
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : ''
  return new OpsError(
    'invalid_argument',
    `The definition is not valid: ${first?.pointer ?? ''} ${first?.detail ?? ''}${more}.`,
    { fields },
  )
}
