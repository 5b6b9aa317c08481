import { loadService } from './load-service.ts'

/** The definition of akashic.infra.v1.InfraService. */
export const infraService = loadService('akashic/infra/v1/infra.proto', 'akashic.infra.v1.InfraService')
