import { loadService } from './load-service.ts'

/** The definition of akashic.status.v1.StatusService, for servers and clients alike. */
export const statusService = loadService('akashic/status/v1/status.proto', 'akashic.status.v1.StatusService')
