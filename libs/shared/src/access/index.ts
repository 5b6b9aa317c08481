export { actorOf, forRole, type Started } from './for-role.ts'
export { pageLimit } from './page-limit.ts'
export { mayTouch, requireRole, requireScope } from './require.ts'
