import { plainText } from './plain-text.ts'

export interface ListedClient {
  readonly id: string
  readonly name: string
  readonly user: string
  /** Without the port. */
  readonly address: string
  readonly idleSeconds: number
  /** Of its buffers, where the server tells. */
  readonly bytes: number
}

/** What CLIENT LIST says: one client a line, as `id=3 addr=10.0.0.1:5000 name= ...`. */
export function parseClientList(answer: unknown): readonly ListedClient[] {
  const text = Buffer.isBuffer(answer) ? answer.toString('utf8') : ''
  return text.split('\n').flatMap((line) => {
    const fields = new Map(
      line.split(' ').map((pair): [string, string] => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at), pair.slice(at + 1)]
      }),
    )
    const id = fields.get('id')
    if (id === undefined) return []
    const bytes = Number(fields.get('tot-mem') ?? fields.get('omem') ?? 0)
    return [
      {
        ...{ id: plainText(id), name: plainText(fields.get('name') ?? ''), user: plainText(fields.get('user') ?? '') },
        address: addressOf(fields.get('addr') ?? ''),
        idleSeconds: Number(fields.get('idle') ?? 0) || 0,
        bytes: Number.isFinite(bytes) ? bytes : 0,
      },
    ]
  })
}

/** `10.0.0.1:5000` or `[::1]:5000` without the port. */
export const addressOf = (text: string): string => plainText(text.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''))
