import type { OutgoingEvent } from '@akashic/shared/events'
import { uuidv7 } from '@akashic/shared/ids'
import type { z } from 'zod'

/** Who and when of an event. */
export interface EventOrigin {
  readonly nowMs: number
  /** Who did it: `person:<id>`, `service:<name>`. */
  readonly actor: string
}

/** One kind of event: its name on the wire, where it is published, and what it says. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  /** As `akashic.incident.opened.v1`. */
  readonly type: string
  readonly topic: string
  /** URI reference of the service that owns it. */
  readonly source: string
  readonly data: Data
}

/** The definitions of a family of events, as `incident`, by their names. */
export function defineEvents<Schemas extends Readonly<Record<string, z.ZodType>>>(
  family: { readonly name: string; readonly topic: string; readonly source: string },
  schemas: Schemas,
): { readonly [Name in keyof Schemas]: EventDefinition<Schemas[Name]> } {
  const { name: familyName, topic, source } = family
  const entries = Object.entries(schemas).map(([name, data]) => {
    return [name, { type: `akashic.${familyName}.${name}.v1`, topic, source, data }] as const
  })
  return Object.fromEntries(entries) as { readonly [Name in keyof Schemas]: EventDefinition<Schemas[Name]> }
}

/** Makes an event about `subject`, whose id keeps its events in order.
 *  @throws ZodError when `data` is not what the catalogue says. */
export function makeEvent<Data extends z.ZodType>(
  definition: EventDefinition<Data>,
  subject: { readonly id: string; readonly incidentId?: string | null },
  data: z.input<Data>,
  { nowMs, actor }: EventOrigin,
): OutgoingEvent<z.output<Data>> {
  const { type, topic, source } = definition
  return {
    topic,
    id: uuidv7(nowMs),
    type,
    source,
    subject: subject.id,
    time: new Date(nowMs).toISOString(),
    actor,
    ...(subject.incidentId ? { incidentId: subject.incidentId } : {}),
    data: definition.data.parse(data),
  }
}
