import type { Paint } from '../terminal/paint.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable, truncate } from '../terminal/text-width.ts'
import type { CloudEvent } from './cloud-event.ts'

/** An event on a line: when, what, about what, and what it says of it. */
export function eventLine(
  { time, type, subject, actor, data }: CloudEvent,
  terminal: Pick<Terminal, 'paint' | 'columns'>,
): string {
  const { paint, columns } = terminal
  const kind = type.replace(/^akashic\.|\.v\d+$/g, '')
  const told = [saidOf(data), actor && `by ${actor}`].filter(Boolean).join(', ')
  const [at, name] = [`${time.slice(0, 19).replace('T', ' ')}Z`, kind.padEnd(24)]
  const left = columns - at.length - name.length - 4
  const rest = truncate(printable(`${subject}  ${told}`.trimEnd()), Math.max(20, left))
  return `${paint.dim(at)}  ${paint[colourOf(kind)](name)}  ${rest}`
}

/** The words of an event, or what it turned from and to. */
function saidOf(data: Readonly<Record<string, unknown>>): string {
  const { oldStatus, status, title, summary, severity, change } = data
  const turn = typeof oldStatus === 'string' ? `${oldStatus} → ${String(status)}` : undefined
  return [severity, change, turn, title ?? summary].filter((part) => typeof part === 'string').join(', ')
}

function colourOf(kind: string): keyof Paint {
  if (/opened|fired|reopened/.test(kind)) return 'red'
  if (/resolved|ended/.test(kind)) return 'green'
  return /started/.test(kind) ? 'blue' : 'bold'
}
