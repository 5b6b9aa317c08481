import type { Dispatcher } from 'undici'
import { noHeaders, type Received } from './received.ts'

const mostBodyBytes = 1_048_576

/** One request under way and then what came of it, in one object that is used again for the next: it is read before that. */
export class Exchange implements Dispatcher.DispatchHandler, Received {
  status = 0
  error: string | null = null
  startedAt = 0
  sentAt = 0
  firstByteAt = 0
  endedAt = 0
  headers: Received['headers'] = noHeaders
  body = ''
  sentBytes = 0
  receivedBytes = 0
  #bodyBytes = 0
  #keepBody = false
  #chunks: Buffer[] = []
  #controller: Dispatcher.DispatchController | null = null
  #settle: ((answer: Received) => void) | null = null

  get isUnderWay(): boolean {
    return this.#settle !== null
  }

  /** @param keepBody whether the answer's body is to be kept; else only its size is. */
  begin(bodyBytes: number, keepBody: boolean, settle: (answer: Received) => void): void {
    this.#settle = settle
    this.#bodyBytes = bodyBytes
    this.#keepBody = keepBody
    this.#controller = null
    this.startedAt = this.sentAt = performance.now()
    this.status = this.sentBytes = this.receivedBytes = 0
    this.headers = noHeaders
    this.body = ''
  }

  /** Ends it with an error. What is heard of it afterwards says nothing, so that it must not be used again.
   *  @returns false where it still waits for a connection: until then nothing can be told to stop. */
  giveUp(why: string): boolean {
    this.#end(why)
    this.#controller?.abort(new Error(why))
    return this.#controller !== null
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.isUnderWay) return controller.abort(new Error('it was given up before'))
    this.#controller = controller
    this.sentBytes = this.#bodyBytes
    this.sentAt = performance.now()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Received['headers']): void {
    if (status < 200 || !this.isUnderWay) return
    this.status = status
    this.headers = headers
    this.firstByteAt = performance.now()
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.receivedBytes += chunk.length
    if (this.#keepBody && this.receivedBytes <= mostBodyBytes) this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#end(null)
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    this.#end((error as NodeJS.ErrnoException).code ?? error.name)
  }

  #end(error: string | null): void {
    const settle = this.#settle
    if (settle === null) return
    this.#settle = null
    this.endedAt = performance.now()
    if (this.status === 0) this.firstByteAt = this.endedAt
    this.error = error
    if (error !== null) this.status = 0
    if (this.#chunks.length > 0) {
      this.body = Buffer.concat(this.#chunks).toString('utf8')
      this.#chunks = []
    }
    settle(this)
  }
}
