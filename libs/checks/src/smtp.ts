import { operational } from './check.ts'
import type { CheckKind, Judgement } from './check.ts'
import { connectTcp, letGo, upgradeToTls } from './connect.ts'
import { failed } from './failure.ts'
import { readReply, say } from './smtp-reply.ts'
import type { SmtpReply } from './smtp-reply.ts'

const hello = 'EHLO akashic-check'

export const smtpKind: CheckKind<'smtp'> = {
  kind: 'smtp',
  host: (spec) => spec.host,
  describe: (spec) => `${spec.host}:${spec.port}`,
  async run(spec, attempt) {
    const plain = await connectTcp(spec.host, spec.port, attempt)
    let socket = plain
    try {
      const greeting = await readReply(plain)
      if (greeting.code !== 220) return refused('not accepting mail', greeting)
      const offer = await say(plain, hello)
      if (offer.code !== 250) return refused('greeting refused', offer)
      if (!spec.starttls) return operational
      const refusal = await askForTls(plain, offer)
      if (refusal) return refusal
      socket = await upgradeToTls(plain, spec.host, attempt)
      const answer = await say(socket, hello)
      return answer.code === 250 ? operational : refused('greeting refused', answer)
    } finally {
      if (socket.writable) socket.write('QUIT\r\n')
      letGo(socket)
    }
  },
}

/** Asks to go on in TLS (RFC 3207); undefined when the server is ready for it. */
async function askForTls(socket: Parameters<typeof say>[0], offer: SmtpReply): Promise<Judgement | undefined> {
  if (!offer.lines.some((line) => line.toUpperCase() === 'STARTTLS')) {
    return failed('degraded', 'tls', 'STARTTLS not offered', `offered: ${offer.lines.slice(1).join(', ') || 'nothing'}`)
  }
  const ready = await say(socket, 'STARTTLS')
  return ready.code === 220 ? undefined : refused('STARTTLS refused', ready)
}

function refused(sentence: string, { code, lines }: SmtpReply): Judgement {
  return failed('outage', 'answer', sentence, `${code} ${lines.join(' ')}`)
}
