export interface Finding {
  readonly id: string
  readonly kind: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly summary: string
  readonly since: string
  readonly openedAt: string
  readonly closedAt: string | null
}

/** A page of what the audits found. */
export interface Truth {
  /** Null before the first audit. */
  readonly auditedAt: string | null
  readonly items: readonly Finding[]
  readonly nextCursor: string | null
}

/** From worst to least. */
const kinds: readonly string[] = [
  'page_green_while_red',
  'page_stale',
  'no_public_word',
  'update_overdue',
  'maintenance_past_end',
  'open_though_recovered',
]

/** Worst first, and of one kind what has lasted longest. */
export function byUrgency(a: Finding, b: Finding): number {
  return rankOf(a) - rankOf(b) || (a.since < b.since ? -1 : 1)
}

const rankOf = ({ kind }: Finding): number => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length)

export const isWorst = ({ kind }: Finding): boolean => kind === 'page_green_while_red' || kind === 'page_stale'

const commands: Readonly<Record<string, (subject: string) => readonly string[]>> = {
  page_green_while_red: (id) => [`component show ${id}`],
  no_public_word: (id) => [
    `incident list --component ${id}`,
    `incident open "..." --component ${id} --say "..." --publish`,
  ],
  update_overdue: (id) => [`incident update ${id} --say "..." --publish --next-update 20m`],
  maintenance_past_end: (id) => [`maintenance show ${id}`, `maintenance complete ${id}`],
  open_though_recovered: (id) => [`incident show ${id}`, `incident resolve ${id} --say "..." --publish`],
}

/** What ends it, as commands to paste. */
export const commandsFor = ({ kind, subject }: Finding): readonly string[] => commands[kind]?.(subject.id) ?? []
