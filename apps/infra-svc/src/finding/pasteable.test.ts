import { analyse } from '../analyse/analyse.ts'
import { aLook } from '../testing/a-look.ts'

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
  expect(commandsFor('settings')).toContain('kubectl create configmap settings -n shop --from-literal=KEY=VALUE')
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
