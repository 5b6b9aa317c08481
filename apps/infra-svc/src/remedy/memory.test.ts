import { aView } from '../testing/a-look.ts'
import { manifests } from '../testing/objects.ts'
import { ofHeap } from './memory.ts'

const owner = { kind: 'Deployment', namespace: 'default', name: 'web' }

function commandFor(options: string | null, memory: string | null): string {
  const env = options === null ? [] : [{ name: 'NODE_OPTIONS', value: options }]
  const container = { name: 'app', image: 'web', env, resources: { limits: memory === null ? {} : { memory } } }
  const template = { spec: { containers: [container] } }
  const view = aView(manifests({ kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, template } }))
  return ofHeap(view, owner, 'app').remedies![0]!.command!
}

test.each([
  ['--max-old-space-size=128', '512Mi', 384],
  [null, '512Mi', 384],
  [null, null, 4_096],
  ['--max-old-space-size=300', null, 600],
])('a heap of %s within a limit of %s may have %d MiB', (options, memory, size) => {
  expect(commandFor(options, memory)).toContain(
    `kubectl set env -n default deployment/web -c app NODE_OPTIONS=--max-old-space-size=${size}`,
  )
})

test.each([
  ['--max-old-space-size=450', '512Mi', 900, '1200Mi'],
  ['--max-old-space-size=384', '512Mi', 768, '1024Mi'],
  ['--trace-gc --max-old-space-size=8000', '4Gi', 16_000, '21334Mi'],
])('a heap of %s that fills a limit of %s grows with it', (options, limit, size, memory) => {
  const { containers } = JSON.parse(/-p '(.+)'$/.exec(commandFor(options, limit))![1]!).spec.template.spec
  const value = options.replace(/\d+$/, String(size))
  expect(containers).toEqual([
    { name: 'app', resources: { limits: { memory } }, env: [{ name: 'NODE_OPTIONS', value }] },
  ])
})
