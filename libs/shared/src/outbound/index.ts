export { assertAddressAllowed, isForbiddenAddress } from './forbidden-address.ts'
export { guardedLookup, type OutboundRules } from './guarded-lookup.ts'
export { resolveGuarded } from './resolve-guarded.ts'
