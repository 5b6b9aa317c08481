import { aView } from '../testing/a-look.ts'
import { manifests } from '../testing/objects.ts'
import { offerPort } from './service.ts'

const service = (...ports: readonly object[]) =>
  aView(manifests({ kind: 'Service', metadata: { name: 'api' }, spec: { ports } })).get('Service', 'default', 'api')!
const bodyOf = (command: string | null): unknown => JSON.parse(/-p '(.+)'$/.exec(command ?? '')![1]!)

test('a port is offered beside those that a Service has, and taken away again', () => {
  const [remedy] = offerPort(service({ name: 'web', port: 80, targetPort: 8080 }), 8081)
  expect(bodyOf(remedy!.command)).toEqual([
    { op: 'test', path: '/spec/ports/0/port', value: 80 },
    { op: 'add', path: '/spec/ports/-', value: { name: 'port-8081', protocol: 'TCP', port: 8081, targetPort: 8080 } },
  ])
  expect(bodyOf(remedy!.undo)).toEqual([
    { op: 'test', path: '/spec/ports/1/port', value: 8081 },
    { op: 'remove', path: '/spec/ports/1' },
  ])
})

test('the only port of a Service gets a name with the second, as the API wants', () => {
  const [remedy] = offerPort(service({ port: 80, targetPort: 'http' }), 8081)
  expect(bodyOf(remedy!.command)).toMatchObject([{}, { op: 'add', path: '/spec/ports/0/name', value: 'port-80' }, {}])
  expect(bodyOf(remedy!.undo)).toMatchObject([{}, {}, {}, { op: 'remove', path: '/spec/ports/0/name' }])
})
