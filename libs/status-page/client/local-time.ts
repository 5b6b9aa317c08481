/** The element that the page is known to have. */
export function at(selector: string, within: ParentNode = document): HTMLElement {
  return within.querySelector(selector) as HTMLElement
}

/** An instant in the reader's own time, with its UTC form to be read on hover. */
export function timeElement(iso: string): HTMLTimeElement {
  const element = document.createElement('time')
  element.dateTime = iso
  localise(element)
  return element
}

/** The day is left out when it is today's, or that of the instant which the element comes after. */
export function localise(element: HTMLTimeElement): void {
  const instant = new Date(element.dateTime)
  const after = element.dataset['after']
  const known = after === undefined ? new Date() : new Date(after)
  const isSameDay = instant.toDateString() === known.toDateString()
  const isThisYear = instant.getFullYear() === new Date().getFullYear()
  element.title = instant.toUTCString()
  element.textContent = instant.toLocaleString([], {
    hour: '2-digit',
    minute: '2-digit',
    ...(isSameDay ? {} : { day: 'numeric', month: 'short' }),
    ...(isSameDay || isThisYear ? {} : { year: 'numeric' }),
  })
}

/** Makes all times below `root` the reader's own. */
export function localiseAll(root: ParentNode): void {
  root.querySelectorAll('time').forEach(localise)
}
