import { explain } from '../explain.ts'
import { aCase } from '../../testing/a-case.ts'
import { aFailing, crashed, logOf } from '../../testing/a-failing.ts'

const causesOf = (user: string) => {
  const line = `Error: pods is forbidden: User "system:serviceaccount:${user}" cannot list resource "pods" in API group "" in the namespace "shop"`
  const given = aCase({ manifests: aFailing('web', crashed), logs: logOf('web-1', line) })
  return explain(given, { kind: 'namespace', namespace: 'shop' }, []).causes
}
const accounts = (user: string) =>
  causesOf(user).flatMap(({ object }) => (object.kind === 'ServiceAccount' ? object.name : []))

test('a refusal that a log quotes counts of the account of its own pod alone', () => {
  expect(accounts('shop:default')).toEqual(['default'])
  expect(accounts('shop:admin')).toEqual([])
  expect(accounts('kube-system:default')).toEqual([])
})

test('it is said that it is the log that quotes it', () => {
  expect(causesOf('shop:default')[0]!.because).toMatch(
    /as its pod's log quotes the API server: it cannot list resource/,
  )
})
