import type { IncomingHttpHeaders } from 'node:http'

/** Whether a load test sent the request: people did not, and alerts leave it out. */
export const isOfLoadTest = (headers: IncomingHttpHeaders): boolean => headers['x-akashic-load-test'] !== undefined
