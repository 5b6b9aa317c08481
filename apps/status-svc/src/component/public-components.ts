/** The components whose past is the past of the public page. */
export { readPublic as readPublicComponents } from './store.ts'
