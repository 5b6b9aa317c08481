import type { ComponentInput } from '@akashic/config'
import type { Actor } from '@akashic/shared/audit'
import { alertHarness } from '../alert/alert-harness.ts'
import { operator, responder } from '../incident/incident-harness.ts'
import { hour } from '../service-harness.ts'
import { addSilence, type NewSilence } from './add-silence.ts'
import { endSilence } from './end-silence.ts'
import { listSilences } from './list-silences.ts'
import { previewSilence } from './preview-silence.ts'
import type { Matcher, Silence } from './silence.ts'

/** For tests: the matcher that a text as `severity!~"a|b"` is, without its quotes. */
export function aMatcher(text: string): Matcher {
  const [, name, operation, value] = /^([^=!]*)(=~|!~|!=|=)(.*)$/s.exec(text)!
  return { name: name!, value: value!, isRegex: operation!.endsWith('~'), isEqual: operation!.startsWith('=') }
}

/** For tests: a silence, out of thin air. */
export const aSilence = (matchers: readonly string[], more: Partial<Silence> = {}): Silence => ({
  ...{ num: 1, id: '01940000-0000-7000-8000-000000000001', version: 1, author: 'Ada', reason: 'Known.' },
  ...{ createdAtMs: 0, startMs: 0, endMs: hour, matchers: matchers.map(aMatcher) },
  ...more,
})

/** For tests: silences, incidents and alerts on a real database. */
export async function silenceHarness(inputs: readonly ComponentInput[] = []) {
  const service = await alertHarness(inputs)
  return {
    ...service,
    /** Adds one that lasts for an hour from now, unless said otherwise. */
    add: (matchers: readonly string[], more: Partial<NewSilence> = {}, actor: Actor = operator) => {
      const asked = { reason: 'The disk is changed.', startMs: null, endMs: service.clock.now() + hour }
      return addSilence(service, actor, { ...asked, ...more, matchers: matchers.map(aMatcher) })
    },
    end: (id: string, actor: Actor = operator) => endSilence(service, actor, id),
    silences: (more: Partial<Parameters<typeof listSilences>[1]> = {}) =>
      listSilences(service, { limit: 0, cursor: '', withEnded: false, ...more }),
    preview: (matchers: readonly string[], actor: Actor = responder) =>
      previewSilence(service, actor.principal, matchers.map(aMatcher)),
  }
}

export type SilenceHarness = Awaited<ReturnType<typeof silenceHarness>>
