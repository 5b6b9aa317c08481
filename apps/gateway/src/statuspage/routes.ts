import { z } from 'zod'
import { documentHeaders, prepareDocument } from '../public-status/prepared-document.ts'
import type { ServedDocument } from '../public-status/prepared-document.ts'
import { componentSchema } from './component.ts'
import { incidentSchema } from './incident.ts'
import { pageSchema } from './page.ts'
import { maintenanceSchema } from './scheduled-maintenance.ts'
import { statusSchema } from './status.ts'
import type { Statuspage } from './statuspage.ts'

const incidents = z.array(incidentSchema)
const maintenances = z.array(maintenanceSchema)
const incidentsAnswer = z.object({ page: pageSchema, incidents }).meta({ id: 'StatuspageIncidents' })
const maintenancesAnswer = z
  .object({ page: pageSchema, scheduled_maintenances: maintenances })
  .meta({ id: 'StatuspageScheduledMaintenances' })

interface Shape {
  readonly summary: string
  readonly schema: z.ZodType
  readonly of: (statuspage: Statuspage) => object
}

const shapes: Readonly<Record<string, Shape>> = {
  summary: {
    summary: 'Everything that is not over',
    schema: z
      .object({
        page: pageSchema,
        components: z.array(componentSchema),
        incidents,
        scheduled_maintenances: maintenances,
        status: statusSchema,
      })
      .meta({ id: 'StatuspageSummary' }),
    of: ({ page, components, unresolved, active, upcoming, status }) => ({
      ...{ page, components },
      incidents: unresolved,
      scheduled_maintenances: [...active, ...upcoming],
      status,
    }),
  },
  status: {
    summary: 'The page as a whole',
    schema: z.object({ page: pageSchema, status: statusSchema }).meta({ id: 'StatuspageOverall' }),
    of: ({ page, status }) => ({ page, status }),
  },
  components: {
    summary: 'The public components, by group',
    schema: z.object({ page: pageSchema, components: z.array(componentSchema) }).meta({ id: 'StatuspageComponents' }),
    of: ({ page, components }) => ({ page, components }),
  },
  incidents: {
    summary: 'The latest 50 incidents',
    schema: incidentsAnswer,
    of: ({ page, incidents }) => ({ page, incidents }),
  },
  'incidents/unresolved': {
    summary: 'Incidents that are not resolved',
    schema: incidentsAnswer,
    of: ({ page, unresolved }) => ({ page, incidents: unresolved }),
  },
  'scheduled-maintenances': {
    summary: 'Scheduled maintenances, those over included',
    schema: maintenancesAnswer,
    of: ({ page, maintenances }) => ({ page, scheduled_maintenances: maintenances }),
  },
  'scheduled-maintenances/upcoming': {
    summary: 'Maintenances that are coming',
    schema: maintenancesAnswer,
    of: ({ page, upcoming }) => ({ page, scheduled_maintenances: upcoming }),
  },
  'scheduled-maintenances/active': {
    summary: 'Maintenances under way',
    schema: maintenancesAnswer,
    of: ({ page, active }) => ({ page, scheduled_maintenances: active }),
  },
}

const headers = documentHeaders('application/json', 'public, max-age=0, must-revalidate')

/** The documents of Statuspage v2. */
export function statuspageDocuments(statuspage: () => Statuspage | null): ServedDocument[] {
  const sources = (): [Statuspage] | null => {
    const whole = statuspage()
    return whole && [whole]
  }
  return Object.entries(shapes).map(([name, { summary, schema, of }]) => ({
    path: `/api/v2/${name}.json`,
    tag: 'Statuspage v2',
    summary,
    answer: { description: 'As clients of Statuspage read it.', schema },
    document: prepareDocument(sources, (whole) => JSON.stringify(of(whole)), headers),
  }))
}
