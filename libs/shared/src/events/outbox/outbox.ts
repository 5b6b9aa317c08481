import { OpsError } from '../../errors/index.ts'
import type { Transaction } from '../../postgres/index.ts'
import { currentTraceparent } from '../../telemetry/index.ts'
import type { OutgoingEvent } from '../event-bus.ts'
import { insertEvents } from './store.ts'

/** Writes events in the transaction that changes the state. Their sequence is taken here: lock the subject's row before. */
export interface Outbox {
  /** Adds `events` in this order, with the active trace where they name none.
   *  @throws OpsError resource_exhausted when one is larger than 256 KiB. */
  add(tx: Transaction, events: readonly OutgoingEvent[]): Promise<void>
}

/** Below what a broker takes in one batch by default (1 MiB), with room for others. */
const maxEventBytes = 256 * 1024

/** Channel on which the outbox of `schema` says that it has something. */
export const outboxChannel = (schema: string): string => `${schema}_outbox`

/** The outbox of a service: the table `<schema>.outbox`, which its migrations make. */
export function createOutbox(schema: string): Outbox {
  return {
    add: async (tx, events) => {
      if (events.length === 0) return
      const traceparent = currentTraceparent()
      const rows = events.map((event) => JSON.stringify(traceparent === null ? event : { traceparent, ...event }))
      rows.forEach((row, i) => assertFits(row, events[i]!))
      await insertEvents(tx, schema, rows, outboxChannel(schema))
    },
  }
}

function assertFits(row: string, { type, subject }: OutgoingEvent): void {
  const bytes = Buffer.byteLength(row)
  if (bytes <= maxEventBytes) return
  throw new OpsError(
    'resource_exhausted',
    `event ${type} of ${subject} has ${bytes} bytes; ${maxEventBytes} are allowed`,
  )
}
