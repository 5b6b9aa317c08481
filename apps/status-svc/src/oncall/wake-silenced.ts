import type { Transaction } from '@akashic/shared/postgres'
import * as store from './store.ts'

/** Has every page that a silence holds back look again whether it still does. */
export const wakeSilenced = (tx: Transaction, nowMs: number): Promise<void> => store.wakeSilenced(tx, nowMs)
