/** Components are spread over this many shards, and replicas share the shards. Rows of status.shard. */
export const shardCount = 64

/** The shard of a component: by multiplicative hashing of its number, so that neighbours part. */
export function shardOf(componentNum: number): number {
  return (Math.imul(componentNum, 0x9e3779b1) >>> 0) >>> 26
}

/** How many shards `replicaId` should hold when `members` share them; 0 when it is not among them. */
export function fairShare(members: readonly string[], replicaId: string): number {
  const place = [...members].sort().indexOf(replicaId)
  if (place < 0) return 0
  return Math.floor(shardCount / members.length) + (place < shardCount % members.length ? 1 : 0)
}
