import { loadService } from './load-service.ts'

/** The definition of akashic.ai_health.v1.AiHealthService. */
export const aiHealthService = loadService(
  'akashic/ai_health/v1/ai_health.proto',
  'akashic.ai_health.v1.AiHealthService',
)
