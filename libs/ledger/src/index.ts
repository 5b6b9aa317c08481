export { emptyHead, extendChain, verifyChain } from './chain.ts'
export type { ChainHead, ChainVerdict, LinkedEntry } from './chain.ts'
