import { OpsError } from '@akashic/shared/errors'

/** Counts open streams in all and by principal, so that nobody takes them all. */
export function createStreamSlots(limits: { readonly inAll: number; readonly each: number }) {
  const openBy = new Map<string, number>()
  let open = 0
  return {
    open: () => open,
    /** Takes a slot until `signal` aborts; none for a caller who has left already.
     *  @throws OpsError resource_exhausted when too many are open. */
    take(principalId: string, signal: AbortSignal): void {
      if (signal.aborted) return
      const own = openBy.get(principalId) ?? 0
      if (open >= limits.inAll) throw refusal('Too many streams of events are open.')
      if (own >= limits.each) throw refusal(`${limits.each} streams of events are open for your key.`)
      open++
      openBy.set(principalId, own + 1)
      signal.addEventListener('abort', () => {
        open--
        const left = openBy.get(principalId)! - 1
        if (left > 0) openBy.set(principalId, left)
        else openBy.delete(principalId)
      })
    },
  }
}

const refusal = (sentence: string): OpsError =>
  new OpsError('resource_exhausted', `${sentence} Close one, or try again later.`)
