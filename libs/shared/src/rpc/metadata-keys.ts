/** The caller's signed identity, as `Bearer <token>`. */
export const authorizationKey = 'authorization'
export const requestIdKey = 'x-request-id'
/** W3C Trace Context. */
export const traceparentKey = 'traceparent'
/** Trailer that carries what a gRPC status cannot: fields and extra of an OpsError, as JSON. */
export const errorTrailerKey = 'akashic-error-bin'
