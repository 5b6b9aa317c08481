import type { ActionItem } from '@akashic/proto'
import { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'

export const actionItemSchema = z
  .object({
    id: z.string(),
    incidentId: z.string(),
    text: z.string(),
    owner: z.string(),
    dueAt: z.iso.datetime(),
    doneAt: z.iso.datetime().nullable(),
    isOverdue: z.boolean(),
  })
  .meta({ id: 'ActionItem' })

export function actionItemResource(item: ActionItem): z.infer<typeof actionItemSchema> {
  const { id, incidentId, text, owner, dueAtMs, doneAtMs, isOverdue } = item
  return { id, incidentId, text, owner, dueAt: iso(dueAtMs), doneAt: isoOrNull(doneAtMs), isOverdue }
}
