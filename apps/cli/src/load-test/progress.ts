import type { Progress } from '@akashic/load-test'
import type { Terminal } from '../terminal/terminal.ts'
import { latency } from './summary-lines.ts'

const barWidth = 24

/** Tells how a test goes: one line that is redrawn for somebody who looks on, else a line every ten seconds on stderr. */
export function progressOf(
  terminal: Terminal,
  isQuiet: boolean,
): { readonly show: (progress: Progress) => void; readonly end: () => void } {
  let isDrawn = false
  let toldAtMs = 0
  return {
    show: (progress) => {
      if (isQuiet) return
      if (terminal.isInteractive) {
        terminal.write(`\r\u001b[2K${barLine(progress).slice(0, terminal.columns - 1)}`)
        isDrawn = true
      } else if (progress.elapsedMs - toldAtMs >= 10_000) {
        toldAtMs = progress.elapsedMs
        terminal.complain(factsOf(progress))
      }
    },
    end: () => {
      if (isDrawn) terminal.write('\r\u001b[2K')
    },
  }
}

function barLine(progress: Progress): string {
  const share = progress.latestEndMs === 0 ? 1 : Math.min(1, progress.elapsedMs / progress.latestEndMs)
  const full = Math.round(share * barWidth)
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${factsOf(progress)}`
}

function factsOf({ elapsedMs, moment, totals }: Progress): string {
  const p95 = moment.p95Ms === null ? '' : `, p95 ${latency(moment.p95Ms)}`
  const failed = totals.failed === 0 ? '' : `, ${totals.failed} failed`
  const dropped = totals.dropped === 0 ? '' : `, ${totals.dropped} dropped`
  return `${Math.round(elapsedMs / 1_000)} s: ${moment.vus} at work, ${moment.requests} requests a second${p95}${failed}${dropped}`
}
