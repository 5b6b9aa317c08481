import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { controlPlaneProgram } from '../../parts/go-part.ts'
import { freePort } from '../../free-port.ts'
import { startChildServer, type RealServer } from '../child-server.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { apiOf, type ApiRequest } from './api.ts'
import { adminToken, writeCredentials, writeKubeconfig, type Credentials, type TokenUser } from './credentials.ts'

const kubectlDeadlineMs = 60_000

/** A real control plane on loopback, without nodes: etcd, API server, controllers and scheduler. */
export interface KubernetesCluster {
  readonly url: string
  readonly port: number
  readonly caFile: string
  /** Path of a kubeconfig for a member of system:masters. */
  readonly kubeconfig: string
  kubeconfigFor(token: string): string
  readonly etcd: RealServer
  readonly apiserver: RealServer
  readonly controllerManager: RealServer
  readonly scheduler: RealServer
  /** Asks the API server as admin. */
  readonly request: ApiRequest
  requestAs(token: string): ApiRequest
  /** Runs kubectl as admin. @throws Error with what it said when it fails or takes longer than a minute. */
  kubectl(args: readonly string[], input?: string): Promise<string>
  apply(manifests: string): Promise<void>
  stop(): Promise<void>
}

export interface KubernetesOptions {
  readonly tokens?: readonly TokenUser[]
  readonly apiserverArgs?: readonly string[]
}

/** Starts a control plane that forgets everything once it is stopped. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<KubernetesCluster> {
  const folder = scratchFolder('kubernetes')
  const program = controlPlaneProgram()
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()]
  const credentials = await writeCredentials(folder, options.tokens ?? [])
  const url = `https://127.0.0.1:${port}`
  const kubeconfigFor = (token: string): string => writeKubeconfig(folder, { url, caFile: credentials.caFile, token })
  const requestAs = (token: string): ApiRequest => apiOf({ port, caFile: credentials.caFile, token })
  const request = requestAs(adminToken)
  const kubeconfig = kubeconfigFor(adminToken)

  const etcd = await startChildServer({
    ...{ port: etcdPort, program, options: { cwd: folder } },
    args: [
      'etcd',
      `--data-dir=${folder}/etcd`,
      `--client-url=http://127.0.0.1:${etcdPort}`,
      `--peer-url=http://127.0.0.1:${peerPort}`,
    ],
  })
  const apiserver = await startChildServer({
    ...{ port, program, options: { cwd: folder } },
    args: ['kube-apiserver', ...apiserverArgs(etcdPort, port, credentials), ...(options.apiserverArgs ?? [])],
    isReady: () => request('GET', '/readyz'),
  })
  const controller = (name: string, args: readonly string[]): Promise<RealServer> =>
    startChildServer({
      ...{ port: 0, program, options: { cwd: folder } },
      args: [name, `--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0', ...args],
      isReady: () => Promise.resolve(),
    })
  const [controllerManager, scheduler] = await Promise.all([
    controller('kube-controller-manager', controllerArgs(credentials)),
    controller('kube-scheduler', ['--kube-api-qps=500', '--kube-api-burst=1000']),
  ])

  const kubectl = (args: readonly string[], input?: string): Promise<string> =>
    runKubectl([program, 'kubectl', `--kubeconfig=${kubeconfig}`, ...args], folder, input)
  return {
    ...{ url, port, caFile: credentials.caFile, kubeconfig, kubeconfigFor, request, requestAs, kubectl },
    ...{ etcd, apiserver, controllerManager, scheduler },
    apply: async (manifests) =>
      void (await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], manifests)),
    stop: async () => {
      for (const server of [scheduler, controllerManager, apiserver, etcd]) await server.kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Webhooks and aggregated APIs go straight to endpoints, as no kube-proxy carries the addresses of Services here. */
function apiserverArgs(etcdPort: number, port: number, files: Credentials): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${files.certFile}`,
    `--tls-private-key-file=${files.keyFile}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    '--authorization-mode=Node,RBAC',
    `--token-auth-file=${files.tokenFile}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--allow-privileged',
    '--endpoint-reconciler-type=none',
    '--enable-aggregator-routing=true',
    '--kubelet-preferred-address-types=InternalIP',
    '--event-ttl=1h',
  ]
}

/** Nodes, claims and autoscalers are looked at more often than upstream does, so that tests need not wait for minutes. */
function controllerArgs({ serviceAccountKey, caFile }: Credentials): readonly string[] {
  return [
    `--service-account-private-key-file=${serviceAccountKey}`,
    `--root-ca-file=${caFile}`,
    '--use-service-account-credentials',
    '--node-monitor-period=1s',
    '--node-monitor-grace-period=6s',
    '--node-eviction-rate=10',
    '--pvclaimbinder-sync-period=2s',
    '--horizontal-pod-autoscaler-sync-period=2s',
    '--horizontal-pod-autoscaler-initial-readiness-delay=1s',
    '--horizontal-pod-autoscaler-cpu-initialization-period=1s',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ]
}

function runKubectl([program = '', ...args]: readonly string[], cwd: string, input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, timeout: kubectlDeadlineMs, stdio: ['pipe', 'pipe', 'pipe'] })
    let [said, problems] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(said)
      else reject(new Error(`kubectl ${args.slice(2).join(' ')} ended with ${code ?? 'a signal'}: ${problems.trim()}`))
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
