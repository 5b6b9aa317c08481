// Keeps an open page of an incident, a maintenance or the history true, and tells its times in the reader's own.
import type { StatusStreamEvent } from '../src/stream-event.ts'
import { keepWords } from './fresh-words.ts'
import { at, localiseAll } from './local-time.ts'
import { keepPromises } from './promises.ts'

const retryMs = 30_000

keepPromises()
localiseAll(document)
at('#zone').textContent = 'Times are in your time zone.'
const { told, retryAfter, root = '' } = at('main').dataset
if (told !== undefined) follow(keepWords(['main']))
else if (retryAfter !== undefined)
  setTimeout(() => location.reload(), Number(retryAfter) * 1_000 * (0.5 + Math.random()))

function follow(words: ReturnType<typeof keepWords>): void {
  const source = new EventSource(`${root}status/stream`)
  const receive = ({ data }: MessageEvent<string>): void => {
    const { toldVersion, stale } = JSON.parse(data) as StatusStreamEvent
    words.hear(toldVersion)
    // What could not be vouched for can be again.
    if (stale !== true && document.querySelector('.notice')) words.refresh()
  }
  source.addEventListener('snapshot', receive)
  source.addEventListener('status', receive)
  source.addEventListener('error', () => {
    // An answer that is no stream closes it for good; then we ask again ourselves.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(words), retryMs * (0.5 + Math.random()))
  })
}
