/** Published postmortems as other features read them. */
export { readPublished } from './store.ts'
