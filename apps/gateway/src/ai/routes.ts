import type { Route } from '@akashic/shared/http'
import type { AiClient } from './ai-client.ts'
import { failureRoute } from './failure-route.ts'
import { aiHealthRoutes } from './health-routes.ts'
import { qualityRoutes } from './quality-routes.ts'
import { requestRoutes } from './request-routes.ts'

/** AI providers: how they are, what becomes of requests that fail, and how good the answers are. */
export function aiRoutes(client: AiClient): Route[] {
  return [...aiHealthRoutes(client), failureRoute(client), ...requestRoutes(client), ...qualityRoutes(client)]
}
