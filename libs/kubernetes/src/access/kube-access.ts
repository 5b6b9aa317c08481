import { readFileSync, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { parse } from 'yaml'
import { ClusterError } from './cluster-error.ts'

/** How a cluster is found. Without kubeconfig and without `inCluster` the usual places are looked at. */
export interface ClusterAddress {
  readonly name: string
  readonly kubeconfig?: string | null
  readonly context?: string | null
  readonly inCluster?: boolean
}

/** What an address says of a cluster and of who we are, as it was read. */
export interface KubeAccess {
  readonly config: KubeConfig
  /** Whether a file of which it was made is another one by now: rewritten, renamed into its place, or behind a link that
   *  leads elsewhere, as the kubelet turns projected tokens. */
  hasChanged(): Promise<boolean>
}

/** @throws ClusterError that says why it cannot be used. */
export function loadAccess(address: ClusterAddress): KubeAccess {
  const { name, kubeconfig, context, inCluster } = address
  const path = inCluster ? null : (kubeconfig ?? join(homedir(), '.kube', 'config'))
  const marks = new Map(path === null ? [] : [[path, markNow(path)]])
  const config = new KubeConfig()
  try {
    if (inCluster) config.loadFromCluster()
    else if (kubeconfig) config.loadFromFile(kubeconfig)
    else config.loadFromDefault()
    if (context) config.setCurrentContext(context)
    const tokenFile = kubeconfig && !inCluster ? tokenFileOf(kubeconfig, config.getCurrentUser()?.name) : null
    for (const file of [...filesOf(config), ...(tokenFile === null ? [] : [tokenFile])]) marks.set(file, markNow(file))
    if (tokenFile !== null) useToken(config, readFileSync(tokenFile, 'utf8').trim())
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : 'it cannot be read'
    throw new ClusterError('refused', `cluster ${name}: no usable kubeconfig (${why ?? ''})`, { cause: error })
  }
  return {
    config,
    hasChanged: async () => {
      for (const [file, mark] of marks) if ((await markOf(file)) !== mark) return true
      return false
    },
  }
}

function filesOf(config: KubeConfig): readonly string[] {
  const user = config.getCurrentUser()
  const provider = user?.authProvider as { readonly config?: { readonly tokenFile?: string } } | undefined
  const files = [config.getCurrentCluster()?.caFile, user?.certFile, user?.keyFile, provider?.config?.tokenFile]
  return files.filter((file) => file !== undefined)
}

/** Source: client-go's AuthInfo; the client for Node does not know the field. */
function tokenFileOf(kubeconfig: string, userName: string | undefined): string | null {
  const { users } = parse(readFileSync(kubeconfig, 'utf8')) as {
    readonly users?: readonly { readonly name?: string; readonly user?: { readonly tokenFile?: unknown } | null }[]
  }
  const file = users?.find(({ name }) => name === userName)?.user?.tokenFile
  return typeof file === 'string' && file !== '' ? resolve(dirname(kubeconfig), file) : null
}

/** The file goes before a token that is written out. */
function useToken(config: KubeConfig, token: string): void {
  const current = config.getCurrentUser()
  config.users = config.users.map((user) => (user === current ? { ...user, token } : user))
}

type Mark = string | null

const textOf = ({ dev, ino, size, mtimeMs, ctimeMs }: ReturnType<typeof statSync> & object): string =>
  [dev, ino, size, mtimeMs, ctimeMs].join(' ')

function markNow(file: string): Mark {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? null : textOf(found)
}

const markOf = (file: string): Promise<Mark> => stat(file).then(textOf, () => null)
