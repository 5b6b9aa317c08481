import type { Behaviour, Run } from '@akashic/testbed'

/** A process that ends at once, with these last words. */
export const crash = (...logs: readonly string[]): Run => ({ exitCode: 1, exitAfterMs: 500, logs })

/** A process that runs, says this, and whose probes never succeed. */
export const unwell = (...logs: readonly string[]): Run => ({ healthyAfterMs: null, logs })

/** What the label `does` tells a process to do, where that is not the same in every run. */
const deeds: Readonly<Record<string, Behaviour>> = {
  'need-a-mode': ({ env }) => (env['MODE'] === undefined ? crash('Error: it cannot be so') : undefined),
  'outgrow-its-memory-once': ({ attempt }) =>
    attempt === 0 ? { exitCode: 137, reason: 'OOMKilled', exitAfterMs: 200 } : undefined,
}

/** Processes of any name: one that is told `broken` in its environment ends with its LAST_WORDS. */
export const processes: Behaviour = (context) => {
  const { env, labels } = context
  if (Object.values(env).includes('broken')) return crash(...(env['LAST_WORDS']?.split('\n') ?? []))
  return deeds[labels['does'] ?? '']?.(context)
}
