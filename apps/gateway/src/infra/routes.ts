import type { Route } from '@akashic/shared/http'
import { autoscalingRoutes } from './autoscaling-routes.ts'
import { clusterRoutes } from './cluster-routes.ts'
import { databaseRoutes } from './database-routes.ts'
import { diagnosisRoutes } from './diagnosis-routes.ts'
import { findingRoutes } from './finding-routes.ts'
import { helmRoutes } from './helm-routes.ts'
import type { InfraClient } from './infra-client.ts'
import { loadTestRoutes } from './load-test-routes.ts'
import { performanceRoutes } from './performance-routes.ts'

/** Clusters: what is wrong, why, and what was changed. */
export function infraRoutes(client: InfraClient): Route[] {
  return [
    ...diagnosisRoutes(client),
    ...findingRoutes(client),
    ...clusterRoutes(client),
    ...helmRoutes(client),
    ...loadTestRoutes(client),
    ...databaseRoutes(client),
    ...performanceRoutes(client),
    ...autoscalingRoutes(client),
  ]
}
