import { CliError } from '../cli-error.ts'
import type { ObjectReference } from './infra.ts'

const kinds: Readonly<Record<string, string>> = {
  ...{ deployment: 'Deployment', deploy: 'Deployment', statefulset: 'StatefulSet', sts: 'StatefulSet' },
  ...{ daemonset: 'DaemonSet', ds: 'DaemonSet', job: 'Job', cronjob: 'CronJob', pod: 'Pod' },
}

/** A workload as it is typed: `web` is a Deployment, `statefulset/db` says its kind, `shop/deployment/web` its namespace too.
 *  @throws CliError */
export function workloadNamed(text: string, usualNamespace: string, trying: string): ObjectReference {
  const parts = text.split('/')
  const [name = '', kind = 'deployment', namespace = usualNamespace] = parts.toReversed()
  const known = kinds[kind.toLowerCase()]
  if (parts.length <= 3 && known !== undefined && name !== '') return { kind: known, namespace, name }
  throw new CliError(trying, `"${text}" names no workload`, {
    next: ['akashic why deployment/web -n shop', 'akashic why shop/statefulset/db'],
  })
}
