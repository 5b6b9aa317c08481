import { makeCertificate } from '@akashic/testbed'
import { callsNobodyListed } from '../testing/calls-nobody-listed.ts'
import { crash, unwell } from '../testing/processes.ts'
import { onStage, probed, scenario, type Stage } from '../testing/stage.ts'

/** The name service, as every cluster has it, by a Deployment of any name. */
const nameServers = (stage: Stage, replicas: number): string => `
apiVersion: apps/v1
kind: Deployment
${stage.meta('kube-system/nameservers')}
spec:
  replicas: ${replicas}
  selector: { matchLabels: { k8s-app: kube-dns } }
  template:
    metadata: { labels: { k8s-app: kube-dns } }
    spec: { containers: [{ name: coredns, image: 'coredns:1', ports: [{ containerPort: 53, protocol: UDP }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec: { selector: { k8s-app: kube-dns }, ports: [{ name: dns, port: 53, protocol: UDP }] }`

onStage({ nodes: [{ name: 'worker-1' }, { name: 'worker-2' }] }, (stage) => {
  const { cast } = stage
  const route = (role: string, host: string, to: string, tls = ''): string =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${stage.meta(role)}\nspec: { ${tls}rules: [{ host: ${host}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${cast.of(to)}, port: { number: 80 } } } }] } }] }`

  beforeAll(async () => {
    await stage.apply(nameServers(stage, 1))
    await stage.available('kube-system/nameservers')
  }, 30_000)

  scenario('a typo in the selector of a Service', async () => {
    const typo = cast.of('orders').slice(0, -1)
    const manifest = stage.service('orders').replace(`app: ${cast.of('orders')}`, `app: ${typo}`)
    await stage.apply(stage.deployment('orders'), manifest)
    await stage.available('orders')
    const cause = await stage.firstCause('orders', 'Service orders')
    expect(cause.because).toContain(`app=${typo}`)
    const takeBack = await stage.mend(cause)
    await stage.nothingWrong('orders')
    await takeBack()
    await stage.firstCause('orders', 'Service orders')
  })

  scenario('a targetPort that no pod has', async () => {
    await stage.apply(stage.deployment('ported'), stage.service('ported', 'ported', 9090))
    const cause = await stage.firstCause('ported', 'Service ported')
    await stage.available('ported')
    const takeBack = await stage.mend(cause)
    await stage.nothingWrong('ported')
    await takeBack()
    await stage.firstCause('ported', 'Service ported')
  })

  describe('a targetPort that no container declares', () => {
    /** A Service that leads to what its pods declare, and with another port to what they do not. */
    const withSide = (role: string): string =>
      stage.service(role).replace('ports: [{', 'ports: [{ name: side, port: 9000, targetPort: 9090 }, { name: main,')

    scenario('is the cause where a caller is refused there', async () => {
      const host = cast.of('hatch')
      await stage.apply(stage.deployment('hatch'), withSide('hatch'))
      await stage.available('hatch')
      await stage.apply(stage.caller('knocker', `http://${host}:9000`, `Error: connect ECONNREFUSED ${host}:9000`))
      const cause = await stage.firstCause('knocker', 'Service hatch')
      const takeBack = await stage.mend(cause)
      await stage.noCause('knocker', 'pod-probe-failing')
      await takeBack()
      await stage.firstCause('knocker', 'Service hatch')
    })

    scenario('is no cause where nobody is seen to be refused, though a caller suffers', async () => {
      const host = cast.of('gate')
      await stage.apply(stage.deployment('gate'), withSide('gate'))
      await stage.available('gate')
      await stage.apply(stage.caller('waiter', `http://${host}:9000`, `Error: connect ETIMEDOUT ${host}:9000`))
      await stage.noCause('waiter', 'pod-probe-failing')
    })

    scenario('is no trouble where nothing suffers', async () => {
      const listens = 'readinessProbe: { tcpSocket: { port: 9090 } }'
      const told = 'env: [{ name: PORT, value: "9090" }]'
      await stage.apply(
        ...[stage.deployment('beside'), withSide('beside')],
        ...[stage.deployment('probed', { container: listens }), stage.service('probed', 'probed', 9090)],
        ...[stage.deployment('told', { container: told }), stage.service('told', 'told', 9090)],
      )
      for (const role of ['beside', 'probed', 'told']) {
        await stage.available(role)
        await stage.nothingWrong(role)
      }
    })
  })

  scenario('a host that no Service has', async () => {
    const host = cast.of('database').slice(0, -1)
    await stage.apply(
      stage.configMap('lost', { DATABASE_HOST: host }),
      stage.deployment('lost', {
        container: `envFrom: [{ configMapRef: { name: ${cast.of('lost')} } }]`,
        run: crash(`Error: getaddrinfo ENOTFOUND ${host}`),
      }),
    )
    await stage.firstCause('lost', 'ConfigMap lost')
  })

  scenario('a dependency that crashes for a reason of its own', async () => {
    const payments = cast.of('payments')
    await stage.apply(
      stage.deployment('payments', { run: crash('Error: STRIPE_KEY is not set') }),
      stage.service('payments'),
      stage.deployment('caller', {
        container: `${probed}, env: [{ name: PAYMENTS, value: "http://${payments}" }]`,
        run: unwell(`Error: connect ECONNREFUSED ${payments}:80`),
      }),
    )
    const cause = await stage.firstCause('caller', 'Deployment payments')
    expect(cause.chain.map(({ object }) => `${object.kind} ${object.name}`)).toEqual(
      expect.arrayContaining([`Deployment ${payments}`, `Deployment ${cast.of('caller')}`]),
    )
  })

  scenario('an Ingress to a Service that does not exist', async () => {
    await stage.apply(stage.space('front'), route('front/entry', 'shop.example', 'nobody'))
    await stage.firstCause('Namespace front', 'Ingress front/entry')
  })

  scenario('a certificate that has expired', async () => {
    const { key, cert } = await makeCertificate({ days: -2, name: 'tls.example' })
    const data = { 'tls.crt': Buffer.from(cert).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') }
    await stage.apply(
      `apiVersion: v1\nkind: Secret\n${stage.meta('tls')}\ntype: kubernetes.io/tls\ndata: ${JSON.stringify(data)}`,
      stage.deployment('front'),
      stage.service('front'),
      route('front', 'tls.example', 'front', `tls: [{ secretName: ${cast.of('tls')}, hosts: [tls.example] }], `),
    )
    await stage.withSecrets(() => stage.firstCause('front', 'Secret tls'))
  })

  scenario('a policy that cuts pods off from the name service', async () => {
    await stage.apply(
      stage.policy('tight', 'nameless', 'policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }]'),
      stage.deployment('nameless', { container: probed, run: unwell('Error: getaddrinfo EAI_AGAIN payments') }),
    )
    await stage.firstCause('nameless', 'NetworkPolicy tight')
  })

  scenario('two faults at once are both named, apart', async () => {
    const run = crash('Error: DATABASE_URL is not valid')
    await stage.apply(
      stage.deployment('twice', { run, container: 'env: [{ name: DATABASE_URL, value: nonsense }]' }),
      stage.service('twice', 'twice', 9_191),
    )
    await stage.allCauses('twice', 'Deployment twice', 'Service twice')
  })

  callsNobodyListed(stage)

  // The last, as nothing finds a name afterwards.
  scenario('a name service that is scaled to nothing, asked about a workload that finds no names', async () => {
    const run = unwell('Error: getaddrinfo EAI_AGAIN api.example.org')
    await stage.apply(stage.deployment('deaf', { container: probed, run }), nameServers(stage, 0))
    const cause = await stage.firstCause('deaf', 'Deployment kube-system/nameservers')
    expect(cause.chain.map(({ object }) => object.name)).toEqual(expect.arrayContaining(['kube-dns', cast.of('deaf')]))
    await stage.firstCause('kube-system/nameservers', 'Deployment kube-system/nameservers')
    await stage.firstCause('Cluster', 'Deployment kube-system/nameservers')
  })
})
