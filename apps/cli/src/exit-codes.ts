/** What the process tells whoever started it. The same for every command. */
export const exitCodes = {
  /** Done, or everything is operational. */
  ok: 0,
  /** The command could not be done; stderr says why. */
  failed: 1,
  /** The command was not understood. */
  usage: 2,
  /** What was asked about is degraded or partly out. */
  degraded: 3,
  /** What was asked about is out. */
  outage: 4,
  /** What was asked about is not known, or what is known is too old. */
  unknown: 5,
} as const

export const exitCodesHelp = `
Exit codes:
  0  done, or operational        3  degraded, or partly out
  1  could not be done           4  outage
  2  command not understood      5  unknown, or too old to tell`

/** The exit code that tells `status`. */
export function exitCodeOf(status: string): number {
  if (status === 'operational' || status === 'maintenance') return exitCodes.ok
  if (status === 'outage') return exitCodes.outage
  return status === 'degraded' || status === 'partial_outage' ? exitCodes.degraded : exitCodes.unknown
}
