import { z } from 'zod'
import type { EventDefinition } from '../src/index.ts'

/** What an event says as JSON Schema 2020-12. Properties that it does not name are let through: a `v1` may gain some. */
export function eventSchema({ type, data }: EventDefinition): Readonly<Record<string, unknown>> {
  const { $schema, description, ...rest } = z.toJSONSchema(data, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
    },
  })
  return { $schema, title: type, description, ...rest }
}
