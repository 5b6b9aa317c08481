import type { Container } from '@akashic/kubernetes'
import { containerOf } from '@akashic/kubernetes'
import { aView, now } from '../testing/a-look.ts'
import { heapAdvice, snapshotSignal } from './heap-advice.ts'
import { isHigh } from './sustained.ts'

const minuteMs = 60_000
const recent = (more: object = {}) => ({
  ...{ samples: 10, firstAt: new Date(now - 9 * minuteMs), lastAt: new Date(now), memoryMin: 85, memoryLast: 90 },
  ...more,
})

test.each([
  ['above 80 % for ten minutes', {}, true],
  ['at 80 % exactly', { memoryMin: 80 }, false],
  ['below once', { memoryMin: 79 }, false],
  ['for five minutes alone', { firstAt: new Date(now - 5 * minuteMs), samples: 6 }, null],
  ['for five minutes, measured often', { firstAt: new Date(now - 5 * minuteMs) }, null],
  ['of three measurements', { samples: 3 }, null],
  ['of which the last is old', { lastAt: new Date(now - 4 * minuteMs) }, null],
])('memory %s', (_, more, expected) => {
  expect(isHigh(recent(more), 100, now)).toBe(expected)
})

function container(fields: string): Container {
  const pod = `
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop }
spec: { containers: [{ name: app, image: 'registry/web:1', ${fields} }] }
`
  return containerOf(aView(pod).get('Pod', 'shop', 'web-1')!, 'app')!
}
const pod = { kind: 'Pod', namespace: 'shop', name: 'web-1' }
const owner = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const advice = (fields: string) => heapAdvice(container(fields), pod, owner)

test('where Node takes the signal, it is sent to process 1, and told what that costs', () => {
  const env = 'env: [{ name: NODE_OPTIONS, value: "--max-old-space-size=900 --heapsnapshot-signal=SIGUSR2" }]'
  const [remedy] = advice(`command: [node, server.js], ${env}`)
  expect(remedy!.command).toBe('kubectl exec -n shop web-1 -c app -- kill -s USR2 1')
  expect(remedy!.changes).toContain('near its limit it may be killed')
  expect(advice('command: [/usr/bin/node, --heapsnapshot-signal=SIGUSR1, a.js]')[0]!.command).toContain(
    'kill -s USR1 1',
  )
})

test('where Node is not process 1 no command is proposed', () => {
  const [remedy] = advice(
    'command: [npm], args: [start], env: [{ name: NODE_OPTIONS, value: --heapsnapshot-signal=SIGUSR2 }]',
  )
  expect(remedy).toMatchObject({ command: null, title: expect.stringContaining('SIGUSR2') as string })
})

test('where it does not take the signal none is sent: it would end the process', () => {
  const [remedy] = advice('command: [node, server.js]')
  expect(remedy).toMatchObject({ command: null, title: expect.stringContaining('ends the process') as string })
})

test('where NODE_OPTIONS comes from elsewhere the flag is unknown', () => {
  const from = 'env: [{ name: NODE_OPTIONS, valueFrom: { configMapKeyRef: { name: options, key: node } } }]'
  expect(snapshotSignal(container(`command: [node, a.js], ${from}`))).toEqual({
    is: 'unknown',
    from: 'ConfigMap options',
  })
  expect(advice(`command: [node, a.js], ${from}`)[0]).toMatchObject({
    ...{ command: null, title: expect.stringContaining('comes from ConfigMap options') as string },
  })
})

test('of what is no Node nothing is advised, and no advice opens an inspector or tells a variable', () => {
  expect(advice('command: [java, -jar, shop.jar]')).toEqual([])
  const all = [
    'command: [node, a.js], env: [{ name: NODE_OPTIONS, value: --require=hunter2 }]',
    'command: [node, --inspect=0.0.0.0, a.js]',
    'command: [sh, -c, "node --heapsnapshot-signal=SIGUSR2;x a.js"]',
  ].flatMap(advice)
  for (const each of all) expect(JSON.stringify(each)).not.toMatch(/inspect|hunter2|;x/)
})
