import { connect, type Socket } from 'node:net'

export interface Streams {
  /** Resolves with the time (performance.now) at which each stream first received `text`; fails after 30 s. */
  untilAllReceive(text: string): Promise<number[]>
  close(): void
}

/** Opens `count` event streams over plain sockets, 200 at a time, and waits for the first bytes of each. */
export async function openStreams(url: string, count: number): Promise<Streams> {
  const { hostname, port, pathname } = new URL(url)
  const sockets: Socket[] = []
  for (let opened = 0; opened < count; opened += 200) {
    const batch = Array.from({ length: Math.min(200, count - opened) }, () => openOne(hostname, Number(port), pathname))
    sockets.push(...(await Promise.all(batch)))
  }
  return {
    untilAllReceive: (text) => Promise.all(sockets.map((socket) => untilReceived(socket, text))),
    close: () => sockets.forEach((socket) => socket.destroy()),
  }
}

function openOne(host: string, port: number, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`)
    })
    socket.once('data', () => resolve(socket))
    socket.once('error', reject)
  })
}

function untilReceived(socket: Socket, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => reject(new Error(`a stream did not receive "${text}" within 30 s`)), 30_000)
    const read = (chunk: Buffer) => {
      if (!chunk.includes(text)) return
      clearTimeout(timeout)
      socket.off('data', read)
      resolve(performance.now())
    }
    socket.on('data', read)
  })
}
