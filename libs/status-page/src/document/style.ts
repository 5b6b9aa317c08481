import { readFileSync } from 'node:fs'

const base = sheet('./base.css')
const words = sheet('../incident/words.css')

/** The style of the status page. */
export const statusPageStyle = base + words + sheet('../page/banner.css') + sheet('../component/component.css')

/** The style of the pages that are read: an incident, a maintenance, the history, an error. */
export const readingStyle = base + words + sheet('./reading.css')

/** The style of the page behind the link of a page: answers under a thumb. */
export const pagedStyle = base + words + sheet('../paged/paged.css')

/** A style sheet without comments and needless white space. */
function sheet(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}')
    .trim()
}
