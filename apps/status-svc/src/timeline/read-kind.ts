/** What happened of one kind to several incidents. */
export { readKind } from './store.ts'
