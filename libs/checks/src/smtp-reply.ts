import type { Socket } from 'node:net'

export interface SmtpReply {
  readonly code: number
  /** Each line without its code. */
  readonly lines: readonly string[]
}

/** A server that says more than this in one reply is no SMTP server. */
const maxReplyBytes = 65_536
/** The last line of a reply: its code and a space, or nothing (RFC 5321, 4.2.1). */
const lastLine = /^\d{3}(?: .*)?$/

/** Sends a command and waits for the reply to it. */
export function say(socket: Socket, command: string): Promise<SmtpReply> {
  socket.write(`${command}\r\n`)
  return readReply(socket)
}

/** Waits for one reply; nothing is sent ahead, so that all that comes belongs to it.
 *  @throws Error with code ECONNRESET when the server closes first, or EPROTONOSUPPORT when it does not speak SMTP. */
export function readReply(socket: Socket): Promise<SmtpReply> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) {
      reject(withCode('ECONNRESET', 'connection closed before a reply'))
      return
    }
    let text = ''
    const settle = (action: () => void): void => {
      socket.off('data', read).off('error', reject).off('close', closed)
      action()
    }
    const closed = (): void => settle(() => reject(withCode('ECONNRESET', 'connection closed before a reply')))
    const read = (chunk: Buffer): void => {
      text += chunk.toString('utf8')
      const lines = text.split('\r\n').slice(0, -1)
      const isWhole = text.endsWith('\r\n') && lastLine.test(lines.at(-1) ?? '')
      if (isWhole)
        settle(() => resolve({ code: Number(text.slice(0, 3)), lines: lines.map((line) => line.slice(4).trim()) }))
      else if (text.length > maxReplyBytes || !mayBeReply(text)) {
        settle(() => reject(withCode('EPROTONOSUPPORT', 'the answer is not SMTP')))
      }
    }
    socket.on('data', read).once('error', reject).once('close', closed)
  })
}

const mayBeReply = (text: string): boolean => /^\d{0,3}$|^\d{3}[- \r]/.test(text)

function withCode(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
