import { parentPort, workerData } from 'node:worker_threads'
import type { AlarmMemory } from './alarm-clock.ts'

/** The thread of an alarm clock: sleeps as exactly as the system can, which would stop an event loop, and tells when it wakes. */
const { asked, leftMs } = workerData as AlarmMemory
parentPort!.postMessage('ready')
for (let answered = 0; ;) {
  Atomics.wait(asked, 0, answered)
  // To be asked anew meanwhile takes the place of what was asked before.
  do answered = Atomics.load(asked, 0)
  while (Atomics.wait(asked, 0, answered, leftMs[0]) !== 'timed-out')
  parentPort!.postMessage('ring')
}
