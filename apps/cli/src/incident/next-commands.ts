import { isOpen, type Incident } from './incident.ts'

/** Commands that publish the drafts that can be. */
export function draftCommands({ id, visibility, updates }: Incident, program: string): string[] {
  const drafts = visibility === 'public' ? updates.filter((update) => update.state === 'draft') : []
  const [only] = drafts
  if (only === undefined) return []
  if (drafts.length === 1) return [`${program} incident publish ${id}`]
  return drafts.map((draft) => `${program} incident publish ${id} --update ${draft.id}`)
}

/** What somebody who looks at an incident may want to do now, as commands to paste. */
export function nextCommands(incident: Incident, program: string): string[] {
  const { id, status, roles } = incident
  const verb = `${program} incident`
  const drafts = draftCommands(incident, program)
  if (status === 'resolved') return [...drafts, `${verb} postmortem ${id}`]
  if (!isOpen(incident)) return drafts
  const hasCommander = roles.some(({ role }) => role === 'incident_commander')
  const overdue = incident.checklist.find((item) => item.isOverdue)
  return [
    ...drafts,
    ...(hasCommander ? [] : [`${verb} role ${id} incident_commander "<name>"`]),
    ...(overdue ? [`${verb} tick ${id} ${overdue.key}`] : []),
    status === 'monitoring'
      ? `${verb} resolve ${id} --say "..." --publish`
      : `${verb} update ${id} --say "..." --publish --next-update 20m`,
  ]
}
