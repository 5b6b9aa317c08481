import type { EscalationPolicy, OnCallSettings, Person } from '@akashic/config'
import type { Queryable } from '@akashic/shared/postgres'
import { personOnCall } from './on-call-now.ts'

/** The people whom each step of a policy calls at `atMs`, each once; a schedule without anybody on call has nobody. */
export async function whoToCall(
  db: Queryable,
  settings: OnCallSettings,
  policy: EscalationPolicy,
  atMs: number,
): Promise<readonly (readonly Person[])[]> {
  const onCall = new Map<string, string | null>()
  for (const schedule of settings.schedules) {
    const isAsked = policy.steps.some(({ notify }) => notify.includes(`schedule:${schedule.name}`))
    if (isAsked) onCall.set(`schedule:${schedule.name}`, await personOnCall(db, schedule, atMs))
  }
  const byId = new Map(settings.people.map((person) => [person.id, person]))
  return policy.steps.map(({ notify }) => {
    const ids = notify.map((target) => onCall.get(target) ?? target.replace(/^person:/, ''))
    return [...new Set(ids)].flatMap((id) => byId.get(id) ?? [])
  })
}
