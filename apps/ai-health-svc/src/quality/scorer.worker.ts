import { parentPort } from 'node:worker_threads'
import { loadModel } from './load-model.ts'
import type { ObservedResponse } from './observed-response.ts'
import { scoreResponse, type Embed } from './score-response.ts'

let model: ReturnType<typeof loadModel> | null = null

const embed: Embed = async (sentences) => {
  model ??= loadModel()
  return (await model).embed([...sentences])
}

parentPort!.on('message', (response: ObservedResponse) => {
  void scoreResponse(embed, response).then((scores) => parentPort!.postMessage(scores))
})
