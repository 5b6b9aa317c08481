import { printable } from '../terminal/text-width.ts'
import type { ShownComponent, StatusPicture } from './status-picture.ts'

/** One line for each thing that differs between two pictures, for logs and pipes. */
export function changeLines(before: StatusPicture | null, after: StatusPicture): string[] {
  const known = new Map(before?.components.map((component) => [component.id, component]))
  const shown = new Set(after.components.map((component) => component.id))
  return [
    ...(before?.overall === after.overall ? [] : [`${after.generatedAt} overall ${after.overall}`]),
    ...after.components
      .filter((component) => known.get(component.id)?.status !== component.status)
      .map((component) => componentLine(component, known.get(component.id))),
    ...[...known.keys()].filter((id) => !shown.has(id)).map((id) => `${after.generatedAt} ${id} removed`),
  ]
}

function componentLine(component: ShownComponent, before: ShownComponent | undefined): string {
  const reason = component.errorDetail || component.error
  const change = before === undefined ? component.status : `${before.status} -> ${component.status}`
  return printable(`${component.since} ${component.id} ${change}${reason ? `: ${reason}` : ''}`)
}
