import type { Finding } from './finding.ts'

/** What a replica said of the picture that it shows. */
export interface ShownBoard {
  readonly replicaId: string
  /** When the picture was last known to be the durable truth. */
  readonly asOfMs: number
  readonly saidAtMs: number
}

/** The picture is renewed each second; one of this age is not renewed any more. */
export const oldestPictureMs = 60_000

/** A replica that was not heard for so long is gone, and shows nothing. */
const goneAfterMs = 180_000

/** Replicas that show a picture older than a minute. */
export function pageStale(boards: readonly ShownBoard[], nowMs: number): Finding[] {
  return boards
    .filter(({ asOfMs, saidAtMs }) => nowMs - saidAtMs < goneAfterMs && saidAtMs - asOfMs >= oldestPictureMs)
    .map(({ replicaId, asOfMs }) => ({
      kind: 'page_stale',
      subject: { kind: 'replica', id: replicaId },
      sinceMs: asOfMs,
      summary: `Replica ${replicaId} shows a picture of the status that is not renewed any more.`,
    }))
}
