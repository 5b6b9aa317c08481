import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { loadModel } from './load-model.ts'
import type { ObservedResponse } from './observed-response.ts'
import { scoreResponse, type Embed } from './score-response.ts'

yieldToRequests()

let model: ReturnType<typeof loadModel> | null = null

const embed: Embed = async (sentences) => {
  model ??= loadModel()
  return (await model).embed([...sentences])
}

parentPort!.on('message', (response: ObservedResponse) => {
  void scoreResponse(embed, response).then((scores) => parentPort!.postMessage(scores))
})

/** Lets the threads that answer requests run first. Linux has a priority for each thread; elsewhere it stays as it is. */
function yieldToRequests(): void {
  if (process.platform !== 'linux') return
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
  setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
}
