/** Incidents as other features look for them. */
export { readLastResolved, readOpen } from './store.ts'
