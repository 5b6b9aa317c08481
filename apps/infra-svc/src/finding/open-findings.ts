/** For those who ask what is wrong with what they look at. */
export { openFindings } from './store.ts'
