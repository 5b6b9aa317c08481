import type { ChannelSpec } from '@akashic/config'
import { aMessage, aSender, closeAll, failureOf, opened, send, speaking } from './channel-harness.ts'

type Fault = { status: number; headers?: Record<string, string> } | 'break' | { afterMs: number } | { bytes: number }

interface Receiver {
  readonly url: string
  /** Of the receiver itself, or of another address. */
  spec(url?: string): ChannelSpec
  failNext(times: number, fault: Fault): void
  /** How many messages were taken. */
  taken(): number
  stop(): Promise<void>
}

interface Contract {
  readonly start: () => Promise<Receiver>
  /** Whether an answer's status alone says that the message was taken. */
  readonly countsByStatus: boolean
}

/** What holds for every sender that speaks HTTP. */
export function describeHttpSender({ start, countsByStatus }: Contract): void {
  describe('as every sender over HTTP', () => {
    let receiver: Receiver
    beforeEach(async () => (receiver = opened(await start())))
    afterEach(closeAll)

    const failing = (fault: Fault, timeout = 5_000) => {
      receiver.failNext(1, fault)
      return failureOf(send({ ...receiver.spec(), timeout }))
    }

    test('a receiver that is busy is left alone for as long as it asks', async () => {
      const busy = await failing({ status: 429, headers: { 'retry-after': '37' } })
      expect(busy).toMatchObject({ isRetriable: true, isUncertain: false, retryAfterMs: 37_000 })
      expect(busy.message).toContain('answered 429')
      expect(receiver.taken()).toBe(0)
      await send(receiver.spec())
      expect(receiver.taken()).toBe(1)
    })

    test.each([
      [400, false],
      [401, false],
      [403, false],
      [404, false],
      [410, false],
      [408, true],
      [500, true],
      [503, true],
    ])('status %i: whether a later attempt may do better is %s', async (status, isRetriable) => {
      expect(await failing({ status })).toMatchObject({ isRetriable, isUncertain: false, retryAfterMs: null })
    })

    test('no answer in time and a connection that breaks leave it uncertain', async () => {
      const slow = await failing({ afterMs: 60_000 }, 150)
      expect(slow).toMatchObject({ isRetriable: true, isUncertain: true })
      expect(slow.message).toContain('no answer within 150ms')
      expect(receiver.taken()).toBe(1)
      expect(await failing('break')).toMatchObject({ isRetriable: true, isUncertain: true })
    })

    test('who stops the attempt need not wait for its end', async () => {
      receiver.failNext(1, { afterMs: 60_000 })
      const stopping = new AbortController()
      const sending = failureOf(aSender(receiver.spec()).send(aMessage(), stopping.signal))
      stopping.abort()
      expect(await sending).toMatchObject({ isRetriable: true, message: expect.stringContaining('was stopped') })
    })

    test('a receiver that is not there has certainly not taken it', async () => {
      await receiver.stop()
      const gone = await failureOf(send(receiver.spec()))
      expect(gone).toMatchObject({ isRetriable: true, isUncertain: false })
      expect(gone.message).toContain('connection refused')
    })

    test('a redirect to a metadata address is refused, as every redirect', async () => {
      const location = 'http://169.254.169.254/latest/meta-data'
      const redirected = await failing({ status: 307, headers: { location } })
      expect(redirected).toMatchObject({ isRetriable: false, isUncertain: false })
      expect(redirected.message).toContain('redirects to http://169.254.169.254, which is not followed')
    })

    test.each(['http://169.254.169.254', 'http://[fd00:ec2::254]', 'http://2852039166'])(
      'the metadata address %s is refused, however it is spelt',
      async (url) => {
        const refused = await failureOf(send(receiver.spec(url)))
        expect(refused).toMatchObject({ isRetriable: false, isUncertain: false })
        expect(refused.message).toContain('not allowed')
      },
    )

    test('what answers something else than HTTP may have taken it', async () => {
      const port = await speaking((socket) => socket.once('data', () => socket.end('220 mail.example.org ESMTP\r\n')))
      const rubbish = await failureOf(send(receiver.spec(`http://127.0.0.1:${port}`)))
      expect(rubbish).toMatchObject({ isRetriable: true, isUncertain: true })
    })

    test(`an answer of 10 MB ${countsByStatus ? 'counts by its status' : 'leaves it uncertain'}`, async () => {
      receiver.failNext(1, { bytes: 10_485_760 })
      if (countsByStatus) await send(receiver.spec())
      else expect(await failureOf(send(receiver.spec()))).toMatchObject({ isRetriable: true, isUncertain: true })
      expect(receiver.taken()).toBe(1)
    })
  })
}
