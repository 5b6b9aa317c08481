export * from './incident.ts'
export * from './maintenance.ts'
