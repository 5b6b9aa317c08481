import { z } from 'zod'
import { defineEvents } from './event-definition.ts'
import { incidentTopic } from './topics.ts'

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

/** Events about maintenances, by their names. */
export const maintenanceEvents = defineEvents(
  { name: 'maintenance', topic: incidentTopic, source: '/status' },
  {
    started: data.describe('A maintenance has begun.'),
    ended: data.describe('A maintenance is over.'),
  },
)
