import type { ServerResponse } from 'node:http'
import type { OpenCall } from './call-log.ts'
import type { Provider } from './provider.ts'
import type { Fate } from './script.ts'

/** A call and the answer to it, as it is written. */
export class Exchange {
  readonly provider: Provider
  readonly call: OpenCall
  readonly fate: Fate
  readonly #response: ServerResponse
  readonly #begun = performance.now()
  #isBrokenByUs = false

  constructor(provider: Provider, call: OpenCall, fate: Fate, response: ServerResponse) {
    this.provider = provider
    this.call = call
    this.fate = fate
    this.#response = response
    if (fate.fault) call.fault = fate.fault.name
    provider.open.add(this)
    response.on('error', () => undefined)
    response.on('close', () => this.#closed())
  }

  get isOver(): boolean {
    return this.#response.destroyed
  }

  head(status: number, headers: Record<string, string | number>): void {
    this.call.status = status
    if (!this.isOver) this.#response.writeHead(status, headers)
  }

  /** Waits until the client has taken what was written before. */
  async write(part: string | Buffer): Promise<void> {
    if (this.isOver || this.#response.write(part)) return
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#response.off('drain', go).off('close', go)
        resolve()
      }
      this.#response.on('drain', go).on('close', go)
    })
  }

  end(part = ''): void {
    if (this.isOver) return
    this.#response.end(part)
    this.provider.log.end(this.call, this.call.fault ? 'fault' : 'answered')
  }

  /** Closes the connection in the middle of the answer, after what was written has gone out. */
  async breakOff(part: string): Promise<void> {
    if (this.isOver) return
    await new Promise<void>((resolve) => this.#response.write(part, () => resolve()))
    if (this.isOver) return
    this.abandon()
    this.#response.destroy()
  }

  /** Resets the connection. */
  reset(): void {
    this.abandon()
    this.#response.socket?.resetAndDestroy()
  }

  /** Of the fake's clock; a client that leaves in between is seen at the next write. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.provider.clock.after(ms, resolve))
  }

  /** Its connection breaks by us, and not by its client. */
  abandon(): void {
    this.#isBrokenByUs = true
    if (!this.#response.writableFinished) this.provider.log.end(this.call, 'fault')
  }

  #closed(): void {
    this.provider.open.delete(this)
    if (this.#response.writableFinished || this.#isBrokenByUs) return
    this.provider.log.end(this.call, 'client_left')
    this.call.leftAfterMs = performance.now() - this.#begun
  }
}
