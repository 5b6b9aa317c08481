import type { Reference } from '@akashic/kubernetes'
import type { Finding, Remedy } from './finding.ts'

/** What the API server takes for names of objects and containers; names in references are not held to it. */
const plainName = /^(?!-)[A-Za-z0-9.:_-]*$/

/** What a shell takes for no more than words, once what is quoted is away. A reader fills in what is in angle brackets. */
const plainWords = /^(?:[\w@%+=:,./ -]|<[a-z][a-z -]*>)*$/
const quotedText = /'[^']*'|\\'/g
/** The only ways in which commands are put together. */
const joint = / && (?=kubectl )| \| kubectl apply -f -$/g

const isCommand = /^(?:kubectl|helm|psql) /

/** Whether a shell takes a command as the words that it seems to be. What is no command, but says what to do, is none. */
const isPlain = (command: string | null): boolean =>
  command === null ||
  !isCommand.test(command) ||
  plainWords.test(command.replaceAll(quotedText, '').replaceAll(joint, ' '))

/** Commands are to be pasted into a shell: none is proposed where a name or another part of it could be more than a word.
 *  @param about what the remedies are for and name. */
export function pasteable(about: readonly Reference[], remedies: readonly Remedy[]): readonly Remedy[] {
  const isNamed = about.every((each) => [each.kind, each.namespace, each.name].every((text) => plainName.test(text)))
  return remedies.map((remedy) =>
    isNamed && isPlain(remedy.command) && isPlain(remedy.undo) ? remedy : { ...remedy, command: null, undo: null },
  )
}

/** A finding whose commands can be pasted. */
export function withPasteable(finding: Finding): Finding {
  const { object, part, blames, involves, remedies } = finding
  const about = [object, { ...object, name: part }, ...involves, ...blames.map((blame) => blame.object)]
  return {
    ...finding,
    remedies: pasteable(about, remedies),
    blames: blames.map((blame) => ({ ...blame, remedies: pasteable(about, blame.remedies ?? []) })),
  }
}
