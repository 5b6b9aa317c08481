import type { SnapshotComponent } from '../live-status/snapshot.ts'

/** The public components as they may be told: while nobody vouches for the picture, what was well is not known to be well
 *  since `staleSinceMs`, and what was not well stays as it was.
 *  @param staleSinceMs null while the picture is live. */
export function measured(components: readonly SnapshotComponent[], staleSinceMs: number | null): SnapshotComponent[] {
  const open = components.filter(({ visibility }) => visibility === 'public')
  if (staleSinceMs === null) return open
  return open.map((component) =>
    component.status === 'operational' ? { ...component, status: 'unknown', sinceMs: staleSinceMs } : component,
  )
}
