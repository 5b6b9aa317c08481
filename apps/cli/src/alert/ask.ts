import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Session } from '../session.ts'

/** Where a person may type. */
export type Keyboard = Readable & { readonly isTTY?: boolean }

/** True when somebody looks on who can answer. */
export const canAsk = ({ terminal }: Session, keyboard: Keyboard): boolean =>
  terminal.isInteractive && keyboard.isTTY === true

/** Asks a question that is answered with yes or no; anything else than y or yes, Ctrl-C and Ctrl-D mean no. */
export async function isAgreed({ terminal, signal }: Session, question: string, keyboard: Keyboard): Promise<boolean> {
  terminal.write(`${question} [y/N] `)
  const lines = createInterface({ input: keyboard, signal })
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim())
    terminal.write('\n')
    return false
  } finally {
    // Lets go of the keyboard, which would keep the process.
    lines.close()
  }
}
