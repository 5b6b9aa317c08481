import type { PoolUser, Pools } from './engine.ts'

/** Pods that a rollout adds to so many. Source: the API's RollingUpdateDeployment, whose share is rounded up. */
export const surgeOf = ({ maxSurge }: Pick<PoolUser, 'maxSurge'>, pods: number): number =>
  maxSurge.endsWith('%') ? Math.ceil((Number.parseFloat(maxSurge) * pods) / 100) : Number(maxSurge)

/** Pods that there may be at once: new ones open their pools before old ones end. */
export const podsOf = (user: Pick<PoolUser, 'pods' | 'maxSurge'>): number => user.pods + surgeOf(user, user.pods)

/** As a sum: those that stay, and those that a rollout adds. */
export function podsText(user: Pick<PoolUser, 'pods' | 'maxSurge'>): string {
  const surge = surgeOf(user, user.pods)
  return surge === 0 ? String(user.pods) : `(${user.pods} + ${surge})`
}

export const connectionsOf = ({ poolSize, users }: Pick<Pools, 'poolSize' | 'users'>): number =>
  users.reduce((total, user) => total + podsOf(user) * poolSize, 0)
