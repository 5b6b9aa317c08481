import { makeCertificate } from '@akashic/testbed'
import { crash, unwell } from './processes.ts'
import { probed, scenario, type Stage } from './stage.ts'

/** Scenarios of processes that cannot reach others, for which no rule was written by name: the graph must carry each from
 *  a line of a log to what must be changed, and past what was changed innocently. */
export function callsNobodyListed(stage: Stage): void {
  const { cast } = stage

  describe('faults nobody listed', () => {
    describe.each([
      ['in a variable', 'dialler', 'Deployment dialler'],
      ['in a ConfigMap', 'reader', 'ConfigMap reader'],
    ])('a port that the Service does not offer, %s', (_, role, blamed) => {
      scenario('is to be mended where it is told', async () => {
        const api = cast.of('served')
        const run = unwell(`Error: connect ECONNREFUSED ${api}:8081`)
        const container = `${probed}, envFrom: [{ configMapRef: { name: ${cast.of('reader')} } }]`
        await stage.apply(
          stage.deployment('served'),
          stage.service('served'),
          stage.configMap('reader', { API_URL: `http://${api}:8081` }),
          blamed === 'ConfigMap reader'
            ? stage.deployment(role, { container, run })
            : stage.caller(role, `http://${api}:8081`, `Error: connect ECONNREFUSED ${api}:8081`),
        )
        await stage.firstCause(role, blamed)
      })
    })

    scenario('a policy of the server that lets others in', async () => {
      const shop = cast.of('till')
      const ingress = `policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: somebody } } }] }]`
      await stage.apply(
        stage.deployment('till'),
        stage.service('till'),
        stage.policy('lockdown', 'till', ingress),
        stage.caller('locked-out', `http://${shop}`, `Error: connect ETIMEDOUT ${shop}:80`),
      )
      const cause = await stage.firstCause('locked-out', 'NetworkPolicy lockdown')
      const takeBack = await stage.mend(cause)
      await stage.noCause('locked-out', 'pod-probe-failing')
      await takeBack()
      await stage.firstCause('locked-out', 'NetworkPolicy lockdown')
    })

    scenario('a policy that lets nothing out of the cluster', async () => {
      await stage.apply(
        stage.policy('inside', 'exporter', 'policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: {} }] }]'),
        stage.caller('exporter', 'https://api.stripe.com', 'Error: connect ETIMEDOUT api.stripe.com:443'),
      )
      await stage.mend(await stage.firstCause('exporter', 'NetworkPolicy inside'))
      await stage.noCause('exporter', 'pod-probe-failing')
    })

    scenario('a ConfigMap that was changed two Services away', async () => {
      const [ledger, books] = [cast.of('ledger'), cast.of('books')]
      const container = `envFrom: [{ configMapRef: { name: ${cast.of('ledger')} } }]`
      await stage.apply(
        stage.configMap('ledger', { BUFFERS: 'fine' }),
        stage.deployment('ledger', { container }),
        stage.service('ledger'),
        stage.service('books'),
      )
      await stage.available('ledger')
      await stage.apply(stage.configMap('ledger', { BUFFERS: 'broken' }))
      await stage.restart('ledger')
      await stage.apply(
        stage.caller('books', `http://${ledger}`, `Error: connect ECONNREFUSED ${ledger}:80`),
        stage.caller('desk', `http://${books}`, `Error: request to http://${books}/ failed with 503`),
      )
      const cause = await stage.firstCause('desk', 'ConfigMap ledger')
      expect(cause.chain.map(({ object }) => object.name)).toEqual(
        expect.arrayContaining([ledger, books, cast.of('desk')]),
      )
    })

    scenario('a dependency that crashes, of a process that does not say what it waits for', async () => {
      await stage.apply(
        stage.deployment('engine', { run: crash('Error: FUEL is not set') }),
        stage.service('engine'),
        stage.caller('silent', `http://${cast.of('engine')}`, ''),
      )
      await stage.firstCause('silent', 'Deployment engine')
    })

    scenario('an expired certificate of a server in the cluster', async () => {
      const { key, cert } = await makeCertificate({ days: -2, name: 'vault' })
      const vault = cast.of('vault')
      const pair = {
        'tls.crt': Buffer.from(cert).toString('base64'),
        'tls.key': Buffer.from(key).toString('base64'),
      }
      await stage.apply(
        `apiVersion: v1\nkind: Secret\n${stage.meta('vault-tls')}\ntype: kubernetes.io/tls\ndata: ${JSON.stringify(pair)}`,
        stage.deployment('vault', {
          pod: `volumes: [{ name: tls, secret: { secretName: ${cast.of('vault-tls')} } }]`,
        }),
        stage.service('vault'),
        stage.caller('visitor', `https://${vault}`, `Get "https://${vault}/": tls: x509: certificate has expired`),
      )
      await stage.withSecrets(() => stage.firstCause('visitor', 'Secret vault-tls'))
    })

    scenario('TLS that is asked of a server which speaks none', async () => {
      const plain = cast.of('served')
      const line = `Get "https://${plain}:80/": http: server gave HTTP response to HTTPS client`
      await stage.apply(
        stage.deployment('served'),
        stage.service('served'),
        stage.caller('secretive', `https://${plain}:80`, line),
      )
      await stage.firstCause('secretive', 'Deployment secretive')
    })

    scenario('a Service that stands for a name which nobody has', async () => {
      const name = cast.of('alias')
      await stage.apply(
        `apiVersion: v1\nkind: Service\n${stage.meta('alias')}\nspec: { type: ExternalName, externalName: db.nowhere.example }`,
        stage.caller('believer', `http://${name}`, `Error: getaddrinfo ENOTFOUND ${name}`),
      )
      await stage.firstCause('believer', 'Service alias')
    })

    scenario('a pod of a StatefulSet that is asked for by its own name, and has no image', async () => {
      const name = cast.of('replica')
      await stage.apply(
        stage.service('replica').replace('spec: {', 'spec: { clusterIP: None,'),
        `apiVersion: apps/v1\nkind: StatefulSet\n${stage.meta('replica')}\nspec: { serviceName: ${name}, selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: "WEB::1" }] } } }`,
        stage.caller('reader-of-replica', `http://${name}-0.${name}`, `Error: getaddrinfo ENOTFOUND ${name}-0.${name}`),
      )
      await stage.firstCause('reader-of-replica', 'StatefulSet replica')
    })

    scenario('a Service that was deleted', async () => {
      const name = cast.of('gone')
      await stage.apply(stage.deployment('gone'), stage.service('gone'))
      await stage.available('gone')
      await stage.given.cluster.kubectl(['delete', 'service', '-n', stage.namespace, name])
      await stage.apply(stage.caller('mourner', `http://${name}`, `Error: getaddrinfo ENOTFOUND ${name}`))
      await stage.firstCause('mourner', 'Service gone')
    })

    scenario('a workload that was deleted, and one that was scaled to nothing', async () => {
      const [lost, asleep] = [cast.of('removed'), cast.of('asleep')]
      await stage.apply(stage.deployment('removed'), stage.service('removed'))
      await stage.apply(stage.deployment('asleep', { replicas: 0 }), stage.service('asleep'))
      await stage.available('removed')
      await stage.given.cluster.kubectl(['delete', 'deployment', '-n', stage.namespace, lost])
      await stage.apply(
        stage.caller('orphan', `http://${lost}`, `Error: connect ECONNREFUSED ${lost}:80`),
        stage.caller('watcher', `http://${asleep}`, `Error: connect ECONNREFUSED ${asleep}:80`),
      )
      await stage.firstCause('orphan', 'Deployment removed')
      await stage.firstCause('watcher', 'Deployment asleep')
    })

    scenario('a selector that was changed to what nobody is called', async () => {
      const name = cast.of('astray')
      await stage.apply(stage.deployment('astray'), stage.service('astray'))
      await stage.available('astray')
      await stage.apply(
        stage.service('astray', 'payment-gateway-of-others'),
        stage.caller('seeker', `http://${name}`, `Error: connect ECONNREFUSED ${name}:80`),
      )
      const cause = await stage.firstCause('seeker', 'Service astray')
      expect(cause.because).toContain('selector')
    })

    scenario('a namespace that has no such Service', async () => {
      const host = `till.${cast.space('noise')}`
      await stage.apply(stage.caller('stray', `http://${host}`, `Error: getaddrinfo ENOTFOUND ${host}`))
      await stage.firstCause('stray', 'Deployment stray')
    })

    scenario('an init container that waits for a Service which does not exist', async () => {
      const host = cast.of('never')
      const wait = { name: 'wait', image: 'web:1', command: ['sh', '-c', `until nslookup ${host}; do sleep 2; done`] }
      const run = { exitCode: 1, exitAfterMs: 300, logs: [`nslookup: can't resolve '${host}'`] }
      const manifest = stage.deployment('hopeful', { pod: `initContainers: [${JSON.stringify(wait)}]`, run })
      await stage.apply(manifest.replace('\\"app\\":', '\\"wait\\":'))
      await stage.firstCause('hopeful', 'Deployment hopeful')
    })
  })

  describe('an innocent rollout just before', () => {
    /** A Deployment that was well, and is not since it was rolled out with another level of its log. */
    async function rolledOut(role: string, host: string, line: string): Promise<void> {
      const env = (level: string) => `env: [{ name: CALLS, value: "http://${host}" }, { name: LEVEL, value: ${level} }]`
      await stage.apply(stage.deployment(role, { container: `${probed}, ${env('info')}` }))
      await stage.available(role)
      await stage.apply(stage.deployment(role, { container: `${probed}, ${env('warn')}`, run: unwell(line) }))
    }

    scenario('is not the cause where a policy came between', async () => {
      const host = cast.of('fenced')
      await stage.apply(stage.deployment('fenced'), stage.service('fenced'))
      await stage.apply(stage.policy('fence', 'fenced', 'policyTypes: [Ingress], ingress: []'))
      await rolledOut('blameless', host, `Error: connect ETIMEDOUT ${host}:80`)
      await stage.firstCause('blameless', 'NetworkPolicy fence')
    })

    scenario('is not the cause where what it calls has crashed', async () => {
      const host = cast.of('crashing')
      await stage.apply(
        stage.deployment('crashing', { run: crash('Error: PGDATA is not set') }),
        stage.service('crashing'),
      )
      await rolledOut('harmless', host, `Error: connect ECONNREFUSED ${host}:80`)
      await stage.firstCause('harmless', 'Deployment crashing')
    })
  })

  describe.each([
    ['limits us', 'throttled', 'Error: request to https://api.stripe.com/v1 failed: 429 Too Many Requests'],
    ['has no such name', 'misspelt', 'Error: getaddrinfo ENOTFOUND api.stripe.com'],
    ['does not answer', 'unheard', 'Error: connect ETIMEDOUT 52.1.2.3:443'],
    ['is broken', 'unlucky', 'Error: request to https://api.stripe.com/v1 failed with 503'],
  ])('somebody outside who %s', (_, role, line) => {
    scenario('is no cause that the cluster can establish', async () => {
      await stage.apply(stage.caller(role, 'https://api.stripe.com', line))
      await stage.noCause(role, 'pod-probe-failing')
    })
  })
}
