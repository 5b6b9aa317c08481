import { aView } from '../testing/a-look.ts'
import { diffPodSpecs } from './diff-specs.ts'

const template = (secret: string) => {
  const view = aView(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { example.com/api-token: '${secret}', kubectl.kubernetes.io/last-applied-configuration: '{"kind":"Pod","x":"${secret}"}' } }
    spec: { containers: [{ name: app, image: web, command: [/app, '--db-password=${secret}'], args: [--api-token, '${secret}'], env: [{ name: CS, value: 'Server=db;Password=${secret}' }] }] }
`)
  return view.get('Deployment', 'default', 'web')!.template
}

test('what changed is told, and no secret in an annotation, an argument or a connection string', () => {
  const changes = diffPodSpecs(template('hunter2a'), template('hunter2b'))
  expect(JSON.stringify(changes)).not.toContain('hunter2')
  expect(changes.map(({ path }) => path)).toEqual([
    'annotations.example.com/api-token',
    'annotations.kubectl.kubernetes.io/last-applied-configuration',
    'containers[app].args',
    'containers[app].command',
    'containers[app].env[CS]',
  ])
})
