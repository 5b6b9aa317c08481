/** Channel on which replicas hear that an alert fires, or fires no more. */
export const alertChannel = 'akashic_status_alert'
