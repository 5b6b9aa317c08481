export { raiseToldVersion, readToldVersion } from './store.ts'
