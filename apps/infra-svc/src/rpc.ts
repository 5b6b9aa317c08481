import type { Reference } from '@akashic/kubernetes'
import type { infra } from '@akashic/proto'
import { actorOf, forRole, pageLimit, type Started } from '@akashic/shared/access'
import type { Clock } from '@akashic/shared/clock'
import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import type { Database } from '@akashic/shared/postgres'
import type { StreamHandler, UnaryHandler } from '@akashic/shared/rpc'
import { z } from 'zod'
import { listAudit } from './audit/audit.ts'
import { showAudit, type ShowAuditDeps } from './autoscaling/show-audit.ts'
import { listChanges } from './change/store.ts'
import type { Clusters } from './cluster/clusters.ts'
import { assertNamespaceThere, assertSeen, isNamespaceThere } from './cluster/assert-seen.ts'
import { clusterDocument } from './cluster/list-clusters.ts'
import { cancelDiagnosis } from './diagnosis/cancel-diagnosis.ts'
import { getDiagnosis } from './diagnosis/create-diagnosis.ts'
import type { KeptDiagnosis } from './diagnosis/store.ts'
import { listKept as listDiagnoses } from './diagnosis/store.ts'
import { findingDocument } from './finding/finding-document.ts'
import { listFindings } from './finding/list-findings.ts'
import { muteFinding } from './finding/mute-finding.ts'
import { seenSources } from './finding/seen-sources.ts'
import { showRelease, showReleases } from './helm/show-releases.ts'
import { cancelLoadTest } from './load-test/cancel-load-test.ts'
import { getLoadTest } from './load-test/get-load-test.ts'
import { loadTestDocument } from './load-test/load-test-document.ts'
import { startLoadTest, type LoadTestDeps } from './load-test/start-load-test.ts'
import { listKept as listLoadTests } from './load-test/store.ts'
import { lookUpName } from './network/look-up-name.ts'
import { readReachability } from './network/read-reachability.ts'
import { listDatabases, showDatabase, type DatabaseDeps } from './database/show-database.ts'
import { showPerformance, type PerformanceDeps } from './performance/show-performance.ts'
import { listWorkloads } from './workload/list-workloads.ts'
import type { NodeDiagnosisReport } from './node-report/node-report.ts'
import type { QuickDiagnosis } from './quick-diagnosis/quick-diagnosis.ts'
import { hideInDocument } from './redaction/hide-credentials.ts'
import { showStorage } from './storage/show-storage.ts'
import { askedFor, waitFor, type AskedDiagnosis } from './diagnosis/ask-diagnosis.ts'
import type { CreateDiagnosisDeps } from './diagnosis/create-diagnosis.ts'

export interface RpcDeps extends Started, CreateDiagnosisDeps {
  readonly db: Database
  readonly clock: Clock
  readonly clusters: Clusters
  readonly nodes: (cluster: string) => Promise<NodeDiagnosisReport>
  readonly quick: () => Promise<QuickDiagnosis>
  readonly databaseReports: DatabaseDeps
  readonly autoscaling: ShowAuditDeps
  readonly loadTests: LoadTestDeps
  readonly performance: PerformanceDeps
  readonly rollout: (cluster: string, workload: Reference) => Promise<unknown>
}

/** What quotes the words of a cluster. */
const told = (document: unknown): string => JSON.stringify(hideInDocument(document))

const none = { kind: '', namespace: '', name: '' }
const newest = Number.MAX_SAFE_INTEGER

/** The methods of akashic.infra.v1.InfraService. */
export function infraHandlers(deps: RpcDeps): Record<keyof infra.InfraService, UnaryHandler | StreamHandler> {
  const { db, clock, clusters } = deps
  return {
    listClusters: forRole(deps, 'viewer', async () => ({
      clusterJson: clusters.all().map((cluster) => told(clusterDocument(cluster))),
    })),
    listFindings: forRole(deps, 'viewer', async (request: infra.ListFindingsRequest, { principal }) => {
      assertNamespaceSomewhere(clusters, request)
      const { findings, nextCursor } = await listFindings(db, {
        ...request,
        sources: await seenSources(deps, principal),
        now: new Date(clock.now()),
      })
      return { findingJson: findings.map((kept) => JSON.stringify(findingDocument(kept))), nextCursor }
    }),
    muteFinding: forRole(deps, 'operator', async ({ id, reason, untilMs }: infra.MuteFindingRequest, call) => {
      const mute = { reason, untilMs: untilMs === 0 ? null : untilMs }
      return { findingJson: JSON.stringify(findingDocument(await muteFinding(deps, id, mute, actorOf(call)))) }
    }),
    createDiagnosis: forRole(deps, 'operator', async (request: infra.CreateDiagnosisRequest, call) => {
      const asked: AskedDiagnosis = { ...request, workload: request.workload ?? none }
      const id = await askedFor(deps, asked, `${call.principal.kind}:${call.principal.id}`)
      return { diagnosis: encode(await waitFor(deps, id, request.waitMs)) }
    }),
    getDiagnosis: forRole(deps, 'viewer', async ({ id, waitMs }: infra.GetDiagnosisRequest) => ({
      diagnosis: encode(waitMs > 0 ? await waitFor(deps, id, waitMs) : await getDiagnosis(db, id)),
    })),
    cancelDiagnosis: forRole(deps, 'operator', async ({ id }: infra.CancelDiagnosisRequest, call) => ({
      diagnosis: encode(await cancelDiagnosis(deps, id, actorOf(call))),
    })),
    listDiagnoses: forRole(deps, 'viewer', async ({ cluster, incidentId, ...page }: infra.ListDiagnosesRequest) => {
      const limit = pageLimit(page.limit)
      const rows = await listDiagnoses(db, { cluster, incidentId }, placeOf(page.cursor), limit + 1)
      return { diagnoses: rows.slice(0, limit).map(encode), nextCursor: nextOf(rows, limit) }
    }),
    getNodes: forRole(deps, 'viewer', async ({ cluster }: infra.GetNodesRequest) => ({
      reportJson: told(await deps.nodes(cluster)),
    })),
    getStorage: forRole(deps, 'viewer', async ({ cluster, namespace }: infra.GetStorageRequest) => {
      const { model: view, client } = clusters.named(cluster)
      return { reportJson: told(await showStorage({ view, client, now: clock.now() }, namespace)) }
    }),
    getAutoscaling: forRole(deps, 'viewer', async ({ cluster, namespace }: infra.GetAutoscalingRequest) => ({
      reportJson: JSON.stringify(await showAudit(deps.autoscaling, clusters.named(cluster), namespace)),
    })),
    listDatabases: forRole(deps, 'viewer', async () => ({
      databaseJson: listDatabases(deps.databaseReports).map((each) => JSON.stringify(each)),
    })),
    getDatabase: forRole(deps, 'viewer', async ({ name, topic }: infra.GetDatabaseRequest) => ({
      reportJson: JSON.stringify(await showDatabase(deps.databaseReports, name, topic)),
    })),
    getPerformance: forRole(deps, 'viewer', async ({ component }: infra.GetPerformanceRequest, call) => ({
      reportJson: JSON.stringify(await showPerformance(deps.performance, component, call.principal)),
    })),
    listWorkloads: forRole(deps, 'viewer', async ({ cluster, ...query }: infra.ListWorkloadsRequest) => {
      const page = listWorkloads(clusters.named(cluster).model, { ...query, now: clock.now() })
      return {
        workloadJson: page.workloads.map(told),
        unseenJson: page.unseen.map(told),
        nextCursor: page.nextCursor,
      }
    }),
    getReachability: forRole(
      deps,
      'viewer',
      async ({ cluster, from, to, port, protocol }: infra.GetReachabilityRequest) => {
        const asked = { from: from ?? none, to: to ?? none, port, protocol }
        const view = clusters.named(cluster).model
        assertSeen(view, ['Pod', 'Service', 'NetworkPolicy', 'Namespace'], clock.now())
        return { reachabilityJson: JSON.stringify(readReachability(view, asked)) }
      },
    ),
    lookUpName: forRole(deps, 'viewer', async ({ cluster, ...asked }: infra.LookUpNameRequest) => {
      const { model: view, client } = clusters.named(cluster)
      assertSeen(view, ['Service', 'EndpointSlice', 'Namespace'], clock.now())
      return { lookupJson: told(await lookUpName({ view, client }, asked)) }
    }),
    listChanges: forRole(deps, 'viewer', async ({ cluster, namespace, sinceMs, ...page }: infra.ListChangesRequest) => {
      const limit = pageLimit(page.limit)
      const rows = await listChanges(
        db,
        { cluster, namespace, since: new Date(sinceMs) },
        placeOf(page.cursor),
        limit + 1,
      )
      const shown = rows
        .slice(0, limit)
        .map(({ change }) => JSON.stringify({ ...change, at: new Date(change.at).toISOString() }))
      return { changeJson: shown, nextCursor: nextOf(rows, limit) }
    }),
    getRollout: forRole(deps, 'viewer', async ({ cluster, workload }: infra.GetRolloutRequest) => ({
      rolloutJson: told(await deps.rollout(cluster, workload ?? none)),
    })),
    listReleases: forRole(deps, 'viewer', async ({ cluster, namespace }: infra.ListReleasesRequest) => {
      const { client, secretNamespaces } = clusters.named(cluster)
      const { releases, unread } = await showReleases(client, secretNamespaces, namespace)
      return {
        releaseJson: releases.map(told),
        unreadJson: unread.map(told),
      }
    }),
    getRelease: forRole(deps, 'viewer', async ({ cluster, namespace, name }: infra.GetReleaseRequest) => {
      const { client, secretNamespaces } = clusters.named(cluster)
      return { releaseJson: told(await showRelease(client, secretNamespaces, namespace, name)) }
    }),
    getQuickDiagnosis: forRole(deps, 'viewer', async () => ({ reportJson: told(await deps.quick()) })),
    listRunbooks: forRole(deps, 'viewer', async () => ({
      runbookJson: deps.runbooks().map((runbook) => JSON.stringify(runbook)),
    })),
    startLoadTest: forRole(deps, 'operator', async ({ test, env }: infra.StartLoadTestRequest, call) => {
      const { id } = await startLoadTest(deps.loadTests, { text: test, env }, actorOf(call))
      return { loadTestJson: JSON.stringify(loadTestDocument(await getLoadTest(db, id))) }
    }),
    getLoadTest: forRole(deps, 'viewer', async ({ id }: infra.GetLoadTestRequest) => ({
      loadTestJson: JSON.stringify(loadTestDocument(await getLoadTest(db, id))),
    })),
    listLoadTests: forRole(deps, 'viewer', async (page: infra.ListLoadTestsRequest) => {
      const limit = pageLimit(page.limit)
      const rows = await listLoadTests(db, placeOf(page.cursor), limit + 1)
      const shown = rows.slice(0, limit).map((kept) => JSON.stringify(loadTestDocument(kept)))
      return { loadTestJson: shown, nextCursor: nextOf(rows, limit) }
    }),
    cancelLoadTest: forRole(deps, 'operator', async ({ id }: infra.CancelLoadTestRequest, call) => ({
      loadTestJson: JSON.stringify(loadTestDocument(await cancelLoadTest(deps, id, actorOf(call)))),
    })),
    listAudit: forRole(deps, 'viewer', async (request: infra.ListAuditRequest) => {
      const { entries, nextCursor } = await listAudit(db, request)
      return { entries: entries.map(encodeAudit), nextCursor }
    }),
  }
}

/** @throws OpsError not_found for a namespace that no cluster has, where that can be told. */
function assertNamespaceSomewhere(clusters: Clusters, { cluster, namespace }: infra.ListFindingsRequest): void {
  const views = clusters.all().filter(({ name }) => cluster === '' || name === cluster)
  const [first] = views
  if (namespace === '' || !first || views.some(({ model }) => isNamespaceThere(model, namespace))) return
  assertNamespaceThere(first.model, namespace)
}

const placeOf = (cursor: string): number => (cursor === '' ? newest : decodeCursor(z.int(), cursor))

function nextOf(rows: readonly { readonly seq: number }[], limit: number): string {
  return rows.length > limit ? encodeCursor(rows[limit - 1]!.seq) : ''
}

function encode({
  id,
  cluster,
  state,
  progress,
  scope,
  result,
  problem,
  incidentId,
  createdAt,
  finishedAt,
}: KeptDiagnosis): infra.Diagnosis {
  return {
    ...{
      id,
      cluster,
      state,
      progress,
      scopeJson: JSON.stringify(scope),
      problem: problem ?? '',
      incidentId: incidentId ?? '',
    },
    resultJson: result === null ? '' : JSON.stringify(result),
    createdAtMs: createdAt.getTime(),
    ...(finishedAt !== null && { finishedAtMs: finishedAt.getTime() }),
  }
}

type Listed = Awaited<ReturnType<typeof listAudit>>['entries'][number]

const encodeAudit = ({ at, requestId, detail, ...entry }: Listed): infra.AuditEntry => ({
  ...entry,
  atMs: Date.parse(at),
  requestId: requestId ?? '',
  detailJson: JSON.stringify(detail),
})
