import type { ClusterView, Reference } from '@akashic/kubernetes'
import { absence, fieldAbsence } from '../analyse/quote.ts'
import { edit, lookAt, target } from '../analyse/remedies.ts'
import { keyQuote } from '../analyse/template-quote.ts'
import type { Blame, Remedy } from '../finding/finding.ts'

/** What shows that an object is missing, and what makes it. */
export const ofMissing = (object: Reference): Pick<Blame, 'evidence' | 'remedies'> => ({
  evidence: [absence(object, 'it does not exist')],
  remedies: create(object),
})

/** What shows that a ConfigMap or Secret lacks a key, and what adds it. */
export const ofMissingKey = (object: Reference, key: string): Pick<Blame, 'evidence' | 'remedies'> => ({
  evidence: [fieldAbsence(object, `data[${key}]`, 'it has no such key')],
  remedies: [seeKeys(object), ...setKey(object, key, false)],
})

/** What a ConfigMap or Secret has under a key whose value is of no use, and how to change it. */
export const ofWrongKey = (
  view: ClusterView,
  object: Reference,
  key: string,
): Pick<Blame, 'evidence' | 'remedies'> => ({
  evidence: keyQuote(view, object, key),
  remedies: setKey(object, key, true),
})

/** Put back what an object had under keys that were changed, or are gone. */
export const putBack = (view: ClusterView, object: Reference, keys: readonly string[]): readonly Remedy[] => {
  const found = view.find(object)
  const has = (key: string): boolean =>
    (found?.kind !== 'ConfigMap' && found?.kind !== 'Secret') || Object.hasOwn(found.keys, key)
  const gone = keys.filter((key) => !has(key))
  if (gone.length > 0) return gone.flatMap((key) => setKey(object, key, false))
  if (keys.length > 0) return keys.slice(0, 3).flatMap((key) => setKey(object, key, true))
  if (object.kind === 'Secret') return [setSecretKey(object, null)]
  return [edit(object, 'Put back what was there before', `what is in it; ${readAtStart}`)]
}

interface Maker {
  readonly command: string
  readonly contents: string
  readonly about: string
}

/** The values of a Secret are read from a file, as commands are kept in the history of a shell and seen in lists of
 *  processes. */
const makers: Readonly<Record<string, Maker>> = {
  ConfigMap: { command: 'configmap', contents: ' --from-literal=<key>=<value>', about: '' },
  Secret: {
    command: 'secret generic',
    contents: ' --from-env-file=secret.env',
    about: ' of secret.env, a file of KEY=VALUE that you alone can read',
  },
  ServiceAccount: { command: 'serviceaccount', contents: '', about: '' },
  PriorityClass: {
    command: 'priorityclass',
    contents: ' --value=0',
    about: ' with the priority that pods have without one',
  },
}

/** Make an object that is named and is not there; nothing for kinds that one command does not make. */
function create(object: Reference): readonly Remedy[] {
  const maker = makers[object.kind]
  if (maker === undefined) return []
  const { kind, namespace, name } = object
  return [
    {
      title: `Make ${kind} ${name}${maker.about}, or correct what names it`,
      command: `kubectl create ${maker.command} ${name}${namespace === '' ? '' : ` -n ${namespace}`}${maker.contents}`,
      changes: 'adds the object; what waits for it starts',
      undo: `kubectl delete ${target(object)}`,
      isDestructive: false,
    },
  ]
}

/** Put a value under a key. */
function setKey(object: Reference, key: string, isThere: boolean): readonly Remedy[] {
  if (object.kind === 'Secret') return [setSecretKey(object, key)]
  return isThere
    ? [edit(object, `Put the right value under its key ${key}`, `key ${key}; ${readAtStart}`)]
    : [edit(object, `Give it the key ${key}, with the value that is needed`, `adds key ${key}; ${readAtStart}`)]
}

const readAtStart = 'processes that read it at their start must be started again'

/** @param key null where it is not known which one is wrong. */
const setSecretKey = (object: Reference, key: string | null): Remedy => ({
  title: `Put the right value under ${key === null ? 'the key that has a wrong one' : `its key ${key}`}: as stringData in patch.yaml, a file that you alone can read`,
  command: `kubectl patch ${target(object)} --type=merge --patch-file=patch.yaml`,
  changes: `${key === null ? 'a key' : `key ${key}`} of the Secret; ${readAtStart}`,
  undo: 'put back the value from before in the same way, from where it is kept',
  isDestructive: false,
})

/** See which keys an object has, without their values. */
const seeKeys = (object: Reference): Remedy =>
  lookAt(`See which keys ${object.kind} ${object.name} has`, `kubectl describe ${target(object)}`)
