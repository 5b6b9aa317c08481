import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Processor time of a process in milliseconds, with that of its ended children (proc(5), /proc/PID/stat). */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return (ticks * 1000) / ticksPerSecond
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

/** Ids of a process and of all its descendants that live now. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid)) continue
    try {
      const parent = parentOf(pid)
      children.set(parent, [...(children.get(parent) ?? []), pid])
    } catch {
      continue
    }
  }
  const tree = [root]
  for (let i = 0; i < tree.length; i += 1) tree.push(...(children.get(tree[i]!) ?? []))
  return tree
}

/** Processor time in milliseconds of a process alone, or of it and every descendant. */
export function cpuMs(root: number, options: { tree: boolean }): number {
  if (!options.tree) return cpuMsOf(root)
  let sum = 0
  for (const pid of processTree(root)) {
    try {
      sum += cpuMsOf(pid)
    } catch {
      continue
    }
  }
  return sum
}

/** Resident memory of one process in bytes, now. */
export function rssBytes(pid: number): number {
  return statusBytes(pid, 'VmRSS')
}

/** The most resident memory that a process ever had, in bytes. */
export function peakRssBytes(pid: number): number {
  return statusBytes(pid, 'VmHWM')
}

function statusBytes(pid: number, field: string): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm'))
  return Number(line?.[1] ?? Number.NaN) * 1024
}
