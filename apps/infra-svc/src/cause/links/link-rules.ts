import { changed } from './changed.ts'
import { credentials } from './credentials.ts'
import { database } from './database.ts'
import { depends } from './depends.ts'
import { encrypted } from './encrypted.ts'
import { files } from './files.ts'
import { involved } from './involved.ts'
import { leaks } from './leaks.ts'
import type { LinkRule } from './link.ts'
import { nameService } from './name-service.ts'
import { named } from './named.ts'
import { placed } from './placed.ts'
import { rerouted } from './rerouted.ts'
import { rights } from './rights.ts'
import { sameObject } from './same-object.ts'
import { slow } from './slow.ts'
import { undone } from './undone.ts'

/** Every way in which one thing in a cluster can be the reason of another. */
export const linkRules: readonly LinkRule[] = [
  sameObject,
  involved,
  placed,
  depends,
  database,
  slow,
  nameService,
  credentials,
  encrypted,
  rights,
  files,
  rerouted,
  changed,
  named,
  undone,
  leaks,
]

/** What may lie even behind an object that an observation names. */
export const retracingRules: readonly LinkRule[] = [undone, leaks]
