import { isLastComplaint } from './last-complaint.ts'
import { logFacts } from './log-facts.ts'

/** Whether the first thing that is said of what the process was given is its last complaint. */
const isLast = (...lines: readonly string[]) => {
  const tails = [{ container: 'app', isPrevious: true, lines }]
  const [fact] = logFacts(tails)
  return isLastComplaint(fact!, tails)
}

const complaint = 'failed to parse /etc/app/a.yaml: line 3'

test.each([
  ['nothing', complaint],
  ['in front', `Error: ${complaint}`],
  ['of klog', `E1120 12:00:00.000000 1 main.go:1] ${complaint}`],
  ['of pino', JSON.stringify({ level: 50, msg: complaint })],
  ['of nginx', '[emerg] unexpected "}" in /etc/app/a.conf:7'],
])('an error is a complaint, its level told by %s', (_, line) => {
  expect(isLast(line)).toBe(true)
})

test.each([
  ['of logfmt', `level=warn msg="${complaint}"`],
  ['in front', `warning: ${complaint}`],
  ['in brackets', `[info] ${complaint}`],
  ['of klog', `W1120 12:00:00.000000 1 main.go:1] ${complaint}`],
  ['of klog, of information', `I1120 12:00:00.000000 1 main.go:1] ${complaint}`],
  ['of pino', JSON.stringify({ level: 40, msg: complaint })],
])('what is a remark by its level %s is no complaint', (_, line) => {
  expect(isLast(line)).toBe(false)
})

test('what was complained of before another error is not the last', () => {
  expect(isLast(complaint, 'Error: the queue is gone')).toBe(false)
})
