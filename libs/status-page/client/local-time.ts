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

export function localise(element: HTMLTimeElement): void {
  const instant = new Date(element.dateTime)
  const today = new Date()
  const isToday = instant.toDateString() === today.toDateString()
  const isThisYear = instant.getFullYear() === today.getFullYear()
  element.title = instant.toUTCString()
  element.textContent = instant.toLocaleString([], {
    hour: '2-digit',
    minute: '2-digit',
    ...(isToday ? {} : { day: 'numeric', month: 'short' }),
    ...(isThisYear ? {} : { year: 'numeric' }),
  })
}
