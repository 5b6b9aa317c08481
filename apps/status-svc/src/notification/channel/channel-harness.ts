import type { ChannelSpec } from '@akashic/config'
import { FakeClock } from '@akashic/shared/clock'
import { startHttp } from '@akashic/testbed'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { SendError } from '../message.ts'
import type { OutgoingMessage, Receipt } from '../message.ts'
import { createSender } from './create-sender.ts'
import type { OpenSender } from './create-sender.ts'

/** Receivers judge times by their own clock, so that the fake one starts at the present. */
export const clock = new FakeClock(Date.now())

const closers: (() => unknown)[] = []

/** Something to be stopped after the test. */
export function opened<T extends { stop(): unknown }>(server: T): T {
  closers.push(() => server.stop())
  return server
}

/** To be called after each test. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close()
}

export function aSender(spec: ChannelSpec): OpenSender {
  const sender = createSender(spec, { outbound: { allowHosts: [] }, clock })
  closers.push(() => sender.close())
  return sender
}

export function aMessage(some: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    id: '0198c0de-0000-7000-8000-000000000001',
    subject: 'incident:inc_1',
    action: 'trigger',
    urgency: 'critical',
    type: 'incident.opened',
    title: 'Checkout is down',
    body: 'Payments fail since 10:02.',
    facts: [{ name: 'Severity', value: 'SEV-1' }],
    url: 'https://status.example.org/incidents/inc_1',
    acknowledgeUrl: 'https://status.example.org/ack?t=signed',
    to: null,
    thread: null,
    isRepeat: false,
    createdAtMs: clock.now(),
    ...some,
  }
}

export function send(spec: ChannelSpec, some: Partial<OutgoingMessage> = {}): Promise<Receipt> {
  return aSender(spec).send(aMessage(some), new AbortController().signal)
}

/** The error of a message that is not taken. */
export async function failureOf(sending: Promise<Receipt>): Promise<SendError> {
  const error: unknown = await sending.then(
    () => new Error('the message was taken'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof SendError)) throw error
  return error
}

/** Address of a server of its own, until the test ends. */
export async function listening(answer: RequestListener): Promise<string> {
  return opened(await startHttp(answer)).url
}

/** Port of a server that speaks whatever `speak` does, until the test ends. */
export async function speaking(speak: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    speak(socket)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}
