import { hash } from 'node:crypto'
import type { VirtualKey } from '@akashic/config'

/** Finds virtual keys by their secret; a digest is compared, so that time tells nothing. */
export function createVirtualKeys(keys: () => readonly VirtualKey[]) {
  let known: readonly VirtualKey[] = []
  let byDigest = new Map<string, VirtualKey>()

  function current(): Map<string, VirtualKey> {
    const now = keys()
    if (now !== known) {
      known = now
      byDigest = new Map(now.map((key) => [digest(key.secret), key]))
    }
    return byDigest
  }

  return {
    /** The key of an Authorization header; undefined when there is none. */
    of: (authorization: string | undefined): VirtualKey | undefined => {
      const [, secret] = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '') ?? []
      return secret === undefined ? undefined : current().get(digest(secret))
    },
    named: (name: string): VirtualKey | undefined => keys().find((key) => key.name === name),
  }
}

export type VirtualKeys = ReturnType<typeof createVirtualKeys>

const digest = (secret: string): string => hash('sha256', secret, 'base64')
