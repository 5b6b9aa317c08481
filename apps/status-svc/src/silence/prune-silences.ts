/** The end of silences that are over, as those who keep the house use it. */
export { prune as pruneSilences } from './store.ts'
