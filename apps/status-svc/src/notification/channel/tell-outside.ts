import type { SenderDeps } from './sender-deps.ts'
import { ask } from './post-json.ts'
import { secretsOfUrl } from './without-secrets.ts'

const maxAnswerBytes = 1_024

/** A GET that says by its coming that we are alive.
 *  @throws SendError unless it is answered with 2xx. */
export async function tellOutside(url: string, deps: SenderDeps, signal: AbortSignal): Promise<void> {
  const terms = { ...deps, secrets: secretsOfUrl(url) }
  await ask(terms, { url: new URL(url), method: 'GET', headers: {}, maxAnswerBytes }, signal)
}
