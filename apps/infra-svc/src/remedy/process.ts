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

/** As whom a container uses its files is up to its template. */
export const ofDenied = (view: ClusterView, owner: Reference, name: string, file: string): Own => ({
  evidence: containerQuote(view, owner, name, 'image', ({ image }) => image),
  remedies: changeByHand(
    view,
    owner,
    `Let the user of container ${name} use ${file}: set runAsUser or fsGroup, or the mode of its volume`,
    'as whom its processes run, or whose the files are',
  ),
})

/** What a container may write beside its volumes, and how to let it write more. */
export function ofOverflow(view: ClusterView, owner: Reference, name: string): Own {
  const resource = 'ephemeral-storage'
  const limit = containerIn(view, owner, name)?.limits[resource]
  return {
    evidence: containerQuote(view, owner, name, `resources.limits[${resource}]`, () => limit),
    remedies: changeByHand(
      view,
      owner,
      `Let container ${name} write less, or more on its node (limits of ephemeral-storage, sizeLimit of emptyDir)`,
      'how much it may write on its node',
    ),
  }
}
