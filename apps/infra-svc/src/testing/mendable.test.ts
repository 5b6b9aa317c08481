import { wordsAgainst } from './mendable.ts'

const against = (command: string) =>
  wordsAgainst({ title: 'x', command, changes: 'y', undo: 'z', isDestructive: false })

test.each([
  'kubectl set env -n shop deployment/web A=VALUE',
  'kubectl set image -n shop deployment/web app=IMAGE:TAG',
  `kubectl patch -n shop configmap/web -p '{"data":{"A":"VALUE"}}'`,
  'kubectl create configmap web -n shop --from-literal=KEY=VALUE',
])('a remedy such as %s is refused: the API server would take its placeholder for a value', (command) => {
  expect(against(command)).not.toBeNull()
})

test.each([
  'kubectl set env -n shop deployment/web A=<value>',
  `kubectl patch -n shop configmap/web -p '{"data":{"KEY":"a"}}'`,
  `kubectl patch -n shop deployment/web -p '{"drop":["ALL"],"protocol":"TCP"}'`,
  'kubectl set env -n shop deployment/web KEY=info LOG_LEVEL=INFO',
])('a remedy such as %s is in order', (command) => {
  expect(against(command)).toBeNull()
})
