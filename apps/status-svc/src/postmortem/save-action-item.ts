import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import { amend } from '../incident/amend.ts'
import type { Incident } from '../incident/incident.ts'
import type { IncidentDeps } from '../incident/incident-deps.ts'
import { checkedTitle, refuse } from '../incident/text.ts'
import { ticked } from '../incident/tick-item.ts'
import type { ActionItem } from './action-item.ts'
import * as store from './store.ts'

/** Of a new item everything but `isDone` must be given; of another, what is undefined stays as it is. */
export interface SaveActionItem {
  readonly incidentId: string
  /** Empty for a new one. */
  readonly itemId: string
  readonly text?: string | undefined
  readonly owner?: string | undefined
  readonly dueAtMs?: number | undefined
  readonly isDone?: boolean | undefined
}

/** Adds or changes something to be done after an incident. When nothing is left to do, preventive measures are ticked.
 *  @throws OpsError not_found, invalid_argument. */
export async function saveActionItem(deps: IncidentDeps, actor: Actor, request: SaveActionItem): Promise<ActionItem> {
  let item: ActionItem | undefined
  await amend(deps, actor, { id: request.incidentId, version: null }, async (incident, nowMs, tx) => {
    const items = await written(tx, incident, request, nowMs)
    item = items.find(({ id }) => id === request.itemId) ?? items.at(-1)!
    const { id, text, owner, dueAtMs, doneAtMs } = item
    const body = { itemId: id, text, owner, dueAt: new Date(dueAtMs).toISOString(), isDone: doneAtMs !== null }
    const isAllDone = items.every((other) => other.doneAtMs !== null)
    const evidence = `all ${items.length} action items are done`
    const measures = { key: 'learn.prevention', evidence, by: actor.principal.name }
    const change = isAllDone ? ticked(incident, measures, nowMs) : { incident, happenings: [] }
    return {
      incident: change.incident,
      happenings: [{ kind: 'action_item_saved', body }, ...change.happenings],
      act: { action: 'incident.save_action_item', detail: body },
    }
  })
  return item!
}

/** The incident's items with the one of `request` written. */
async function written(
  tx: Transaction,
  incident: Incident,
  request: SaveActionItem,
  nowMs: number,
): Promise<readonly ActionItem[]> {
  const before = await store.readItemsOf(tx, incident.num)
  if (request.itemId === '') {
    await store.insertItem(tx, incident.num, itemOf(undefined, request, incident.id, nowMs), nowMs)
  } else {
    const found = before.find((item) => item.id === request.itemId)
    if (!found) throw new OpsError('not_found', `The incident has no action item ${request.itemId}.`)
    await store.updateItem(tx, { ...itemOf(found, request, incident.id, nowMs), seq: found.seq })
  }
  return store.readItemsOf(tx, incident.num)
}

function itemOf(
  before: ActionItem | undefined,
  request: SaveActionItem,
  incidentId: string,
  nowMs: number,
): Omit<ActionItem, 'seq'> {
  const wasDoneMs = before?.doneAtMs ?? null
  const isDone = request.isDone ?? wasDoneMs !== null
  return {
    id: before?.id ?? uuidv7(nowMs),
    incidentId,
    text: given('text', request.text, before?.text),
    owner: given('owner', request.owner, before?.owner),
    dueAtMs: request.dueAtMs ?? before?.dueAtMs ?? refuse('dueAt', 'must be given'),
    doneAtMs: isDone ? (wasDoneMs ?? nowMs) : null,
  }
}

const given = (field: string, said: string | undefined, before: string | undefined): string =>
  said !== undefined ? checkedTitle(field, said) : (before ?? refuse(field, 'must be given'))
