import { changed } from './changed.ts'
import { credentials } from './credentials.ts'
import { depends } from './depends.ts'
import { involved } from './involved.ts'
import type { LinkRule } from './link.ts'
import { nameService } from './name-service.ts'
import { named } from './named.ts'
import { placed } from './placed.ts'
import { sameObject } from './same-object.ts'
import { selected } from './selected.ts'

/** Every way in which one thing in a cluster can be the reason of another. */
export const linkRules: readonly LinkRule[] = [
  sameObject,
  involved,
  selected,
  placed,
  depends,
  nameService,
  credentials,
  changed,
  named,
]
