import { referenceTo, type Kind, type Resource } from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { lookAt } from '../remedies.ts'
import { removedVersions, type RemovedVersion } from './removed-versions.ts'

const judged = Object.keys(removedVersions) as readonly Kind[]

/** Objects that were last written in a version of the API that is served no longer. They work; applying their manifest
 *  again does not. */
export const oldVersions: Analyser = {
  rules: ['api-version-removed'],
  needs: [],
  *find({ view }) {
    for (const kind of judged) {
      for (const object of view.all(kind)) {
        // What a controller makes is written in the version that the controller knows.
        if (object.unstableVersions.length === 0 || object.owners.some(({ isController }) => isController)) continue
        for (const version of object.unstableVersions) {
          const old = removedVersions[kind]?.[version]
          if (old) yield found(object, version, old)
        }
      }
    }
  },
}

function found(object: Resource, version: string, { removedIn, replacedBy }: RemovedVersion): Finding {
  const reference = referenceTo(object)
  const { kind, namespace, name } = reference
  const target = `${namespace === '' ? '' : `-n ${namespace} `}${kind.toLowerCase()} ${name}`
  return {
    ...{ rule: 'api-version-removed', severity: 'info', object: reference, uid: object.uid, part: version },
    reason: 'RemovedApiVersion',
    summary: `It was written as ${version}, which Kubernetes 1.${removedIn} and later do not serve: use ${replacedBy}.`,
    evidence: [fieldQuote(reference, 'metadata.managedFields[].apiVersion or the last applied manifest', version)],
    remedies: [
      lookAt(`See it as ${replacedBy}, to correct the manifest by`, `kubectl get ${target} -o yaml`),
      {
        title: `Set apiVersion: ${replacedBy} in its manifest, try it, and apply it`,
        command: null,
        changes: 'how the object is written from now on; fields may have other names there',
        undo: null,
        isDestructive: false,
      },
    ],
    ...{ blames: [], involves: [], since: null },
  }
}
