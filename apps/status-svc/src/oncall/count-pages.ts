/** Pages in numbers, and their end, as those who keep the house use them. */
export { countOpen as countOpenPages, prune as prunePages } from './store.ts'
