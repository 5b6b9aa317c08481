import type { OutgoingEvent } from '@akashic/shared/events'
import { uuidv7 } from '@akashic/shared/ids'
import { z } from 'zod'
import type { EventOrigin } from './incident.ts'

/** Topic of everything about maintenances; the key is the maintenance's id. */
export const maintenanceTopic = 'akashic.maintenances.v1'

const instant = z.iso.datetime().optional()

const data = z.object({
  id: z.string().describe('Id of the maintenance.'),
  status: z.enum(['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled']).describe('Where it stands.'),
  visibility: z.enum(['public', 'internal', 'restricted']).describe('Who may read of it.'),
  title: z.string().optional().describe('Absent unless the maintenance is public.'),
  components: z.array(z.string()).optional().describe('Ids of public components. Absent unless it is public.'),
  scheduledFor: instant.describe('When it was to begin. Absent unless the maintenance is public.'),
  scheduledUntil: instant.describe('When it was to end. Absent unless the maintenance is public.'),
})

/** Data of each event about a maintenance, by its name. */
export const maintenanceEvents = {
  started: data.describe('A maintenance has begun.'),
  ended: data.describe('A maintenance is over.'),
}

export type MaintenanceEventName = keyof typeof maintenanceEvents
export type MaintenanceEventData = z.infer<typeof data>

/** Makes `akashic.maintenance.<name>.v1`.
 *  @throws ZodError when `data` is not what the catalogue says. */
export function maintenanceEvent(
  name: MaintenanceEventName,
  said: MaintenanceEventData,
  { nowMs, actor }: EventOrigin,
): OutgoingEvent<MaintenanceEventData> {
  return {
    topic: maintenanceTopic,
    id: uuidv7(nowMs),
    type: `akashic.maintenance.${name}.v1`,
    source: '/status',
    subject: said.id,
    time: new Date(nowMs).toISOString(),
    actor,
    data: maintenanceEvents[name].parse(said),
  }
}
