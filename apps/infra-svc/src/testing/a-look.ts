import { ClusterModel, kinds, resourceTypes, type Kind } from '@akashic/kubernetes'
import { parseAllDocuments } from 'yaml'
import type { Look } from '../analyse/analyser.ts'
import type { LogTail } from '../log/log-lines.ts'

/** The time of every test's view. */
export const now = Date.parse('2026-11-20T12:00:00Z')

/** An instant so many seconds before `now`, as manifests write it. */
export const ago = (seconds: number): string => new Date(now - seconds * 1_000).toISOString().replace('.000', '')

/** A cluster that was read whole and holds what the manifests say. Objects without uid get one made of their name. */
export function aView(manifests: string, cluster = 'test'): ClusterModel {
  const model = new ClusterModel(cluster)
  for (const kind of kinds) model.setFreshness(kind, { state: 'fresh', at: now })
  for (const document of parseAllDocuments(manifests)) {
    const raw = document.toJS() as { kind?: string; metadata?: Record<string, unknown> } | null
    if (!raw?.kind) continue
    const kind = raw.kind as Kind
    const { isNamespaced, trim } = resourceTypes[kind]
    const named = raw.metadata as { name: string; namespace?: string; uid?: string }
    if (isNamespaced) named.namespace ??= 'default'
    named.uid ??= `${kind}-${named.name}`
    raw.metadata = { creationTimestamp: ago(3_600), ...raw.metadata }
    model.put(trim(raw, (value) => `digest of ${value}`))
  }
  return model
}

/** A look at manifests, with logs by the name of a pod. */
export function aLook(manifests: string, logs: Readonly<Record<string, readonly LogTail[]>> = {}): Look {
  const view = aView(manifests)
  return { view, now, logs: (uid) => logs[uid.replace(/^Pod-/, '')] ?? [] }
}
