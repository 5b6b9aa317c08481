import { dirname } from 'node:path/posix'
import type { ClusterView, Reference } from '@akashic/kubernetes'
import { lookAt, target } from '../analyse/remedies.ts'
import { containerIn, containerQuote } from '../analyse/template-quote.ts'
import type { Blame } from '../finding/finding.ts'
import { changeByHand, patchTemplate } from './template.ts'

type Own = Pick<Blame, 'evidence' | 'remedies'>

/** What a container runs, and how to change it. */
export function ofCommand(view: ClusterView, owner: Reference, name: string): Own {
  const container = containerIn(view, owner, name)
  const evidence =
    container && container.command.length > 0
      ? containerQuote(view, owner, name, 'command', ({ command }) => command)
      : container && container.args.length > 0
        ? containerQuote(view, owner, name, 'args', ({ args }) => args)
        : containerQuote(view, owner, name, 'image', ({ image }) => image)
  return {
    evidence,
    remedies: changeByHand(view, owner, `Let container ${name} run a program that its image has`, 'what it runs'),
  }
}

/** What runs a migration, and what to do about one that fails. It is never taken back by itself: what it did already may
 *  be in the database. */
export function ofFailingMigration(view: ClusterView, owner: Reference, name: string): Own {
  const evidence = containerQuote(view, owner, name, 'image', ({ image }) => image)
  return {
    evidence,
    remedies: [
      lookAt(
        'Read what the migration said, and see in the database how far it came',
        `kubectl logs ${target(owner)} -c ${name} --tail=100`,
      ),
      ...changeByHand(
        view,
        owner,
        'Name an image whose migration fits what the database holds; keep a copy of the database first',
        'what the migration does',
      ),
    ],
  }
}

/** What of a container may be written, and how to let a file be. */
export function ofUnwritable(view: ClusterView, owner: Reference, name: string, file: string): Own {
  const container = containerIn(view, owner, name)
  const evidence = containerQuote(view, owner, name, 'volumeMounts[].mountPath', ({ mounts }) =>
    mounts.map(({ path }) => path).join(', '),
  )
  const folder = dirname(file)
  if (!container || folder === '/' || container.mounts.some(({ path }) => path === folder)) {
    return { evidence, remedies: changeByHand(view, owner, `Let container ${name} write ${file}`, 'what it may write') }
  }
  const list = container.role === 'app' ? 'containers' : 'initContainers'
  return {
    evidence,
    remedies: patchTemplate(
      view,
      owner,
      {
        volumes: [{ name: writable, emptyDir: {} }],
        [list]: [{ name, volumeMounts: [{ name: writable, mountPath: folder }] }],
      },
      {
        title: `Give container ${name} an empty folder at ${folder} that it may write`,
        changes: `${folder} of the container: what its image has there is hidden, and what is written there goes with the pod`,
      },
    ),
  }
}

const writable = 'writable'
