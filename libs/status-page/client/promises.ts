import { nextUpdateWords } from '../src/words/incident-words.ts'
import { at } from './local-time.ts'

const watchMs = 10_000

/** Says of an update that was promised and did not come that it was due, as the server would. The time is the server's: of
 *  when the page was drawn, and what has passed since. */
export function keepPromises(): void {
  const behindMs = Date.parse(at('.live time').getAttribute('datetime') ?? '') - Date.now()
  setInterval(() => {
    document.querySelectorAll<HTMLElement>('.next').forEach((next) => {
      const dueMs = Date.parse(at('time', next).getAttribute('datetime') ?? '')
      const words = nextUpdateWords(dueMs < Date.now() + behindMs)
      const said = at('span', next)
      if (said.textContent !== words) said.textContent = words
    })
  }, watchMs)
}
