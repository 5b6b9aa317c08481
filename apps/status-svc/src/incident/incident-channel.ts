/** Channel on which replicas hear that something happened to an incident. */
export const incidentChannel = 'akashic_status_incident'
