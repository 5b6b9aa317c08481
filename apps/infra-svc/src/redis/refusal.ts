import { DatabaseUnreachable } from '../database/engine.ts'
import { unreachable } from '../database/reachability.ts'
import type { RedisPlace } from './place.ts'
import { plainText } from './plain-text.ts'

/** The server answered a command with an error. */
export class Refusal extends Error {
  /** As `CONFIG GET`. */
  readonly command: string
  readonly reason: 'no_permission' | 'not_there' | 'other'

  constructor(command: string, message: string) {
    super(message)
    this.command = command
    this.reason = message.startsWith('NOPERM')
      ? 'no_permission'
      : /^ERR (unknown|Unknown) (command|subcommand)/.test(message)
        ? 'not_there'
        : 'other'
  }
}

/** What an error reply means: that nothing can be asked now, or that this one thing cannot be.
 *  @param command without its values. */
export function refusalOf(command: string, reply: string, place: RedisPlace): DatabaseUnreachable | Refusal {
  const message = plainText(reply)
  const [word = ''] = message.split(' ')
  const whole = (state: Parameters<typeof unreachable>[0], says = message) =>
    new DatabaseUnreachable(unreachable(state, place, says, word))
  if (/^ERR max number of clients/.test(message)) return whole('too_many_connections')
  if (command === 'AUTH') return whole('login_refused', loginRefused(message, word))
  if (word === 'NOAUTH') return whole('login_refused', 'it wants a password')
  if (word === 'DENIED')
    return whole('login_refused', 'it is in protected mode: it has no password, and serves its own machine alone')
  if (word === 'LOADING') return whole('loading')
  if (word === 'BUSY') return whole('busy')
  return new Refusal(command, message)
}

/** In our words: a server may repeat what it was sent. */
function loginRefused(message: string, word: string): string {
  if (word === 'WRONGPASS' || /invalid (username-)?password/i.test(message)) return 'user or password are wrong'
  if (/without any password configured|no password is set/.test(message)) return 'it has no password, and one was sent'
  return `it answers ${word}`
}
