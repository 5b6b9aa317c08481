import type { KeptLoadTest } from './store.ts'

/** A load test as the API shows it. */
export function loadTestDocument({ seq: _seq, createdAt, finishedAt, ...rest }: KeptLoadTest) {
  return { ...rest, createdAt: createdAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null }
}
