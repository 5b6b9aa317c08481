import { fieldAt, isQuoteOf } from './field-path.ts'

const deployment = {
  metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } },
  spec: {
    strategy: { rollingUpdate: { maxUnavailable: 0 } },
    template: {
      spec: {
        containers: [{ name: 'app', ports: [{ containerPort: 80 }, { containerPort: 81 }], command: ['a', 'b'] }],
      },
    },
  },
  status: { conditions: [{ type: 'Available', status: 'False', reason: 'Few', message: 'too few' }] },
}
const says = (path: string, quote: string): boolean => isQuoteOf(quote, fieldAt(deployment, path))

test.each([
  ['metadata.annotations[deployment.kubernetes.io/revision]', '2', '3'],
  ['spec.strategy.rollingUpdate.maxUnavailable', '0', '1'],
  ['spec.template.spec.containers[app].ports[].containerPort', '80, 81', '80'],
  ['spec.template.spec.containers[app].ports[81].containerPort', '81', '80'],
  ['spec.template.spec.containers[app].command', '["a","b"]', '["a"]'],
  ['status.conditions[Available]', 'False, Few: too few', 'False, Few: other'],
])('%s is quoted as %j, and not as %j', (path, right, wrong) => {
  expect(says(path, right)).toBe(true)
  expect(says(path, wrong)).toBe(false)
})

test('nothing is a quote of a field that is not there', () => {
  expect(says('spec.template.spec.containers[web].image', '(hidden)')).toBe(false)
  expect(says('spec.replicas', '')).toBe(false)
})
