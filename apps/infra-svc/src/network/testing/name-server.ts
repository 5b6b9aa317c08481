import { createSocket } from 'node:dgram'

/** How a test's name server answers: with an address, with `SERVFAIL`, or not at all: `silent`. */
export type Records = Readonly<Record<string, string>>

export interface NameServer {
  readonly address: string
  /** The names of type A that were asked for. */
  readonly asked: readonly string[]
  stop(): void
}

const codes = { found: 0, SERVFAIL: 2, absent: 3 } as const

/** A name server on loopback that knows some names: those with an IPv4 address have it alone. Source: RFC 1035. */
export async function startNameServer(records: Records): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = questionOf(query)
    if (type === 1) asked.push(name)
    const record = records[name]
    if (record === 'silent') return
    const code = record === undefined ? codes.absent : record === 'SERVFAIL' ? codes.SERVFAIL : codes.found
    const answers = code === codes.found && type === 1 ? [answerOf(record!)] : []
    const head = Buffer.alloc(12)
    query.copy(head, 0, 0, 2)
    head.writeUInt16BE(0x8180 | code, 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(answers.length, 6)
    socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), port, address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return { address: `127.0.0.1:${socket.address().port}`, asked, stop: () => void socket.close() }
}

function questionOf(query: Buffer) {
  const labels: string[] = []
  let at = 12
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function answerOf(address: string): Buffer {
  const fixed = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4])
  return Buffer.concat([fixed, Buffer.from(address.split('.').map(Number))])
}
