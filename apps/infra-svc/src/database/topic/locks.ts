import { referenceText } from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise, alter, destroy, endSession, lookInto } from '../remedies.ts'
import { decoded, withoutLiterals } from '../statement-text.ts'
import type { Judged, Table } from '../judged.ts'
import type { Around, Topic } from '../topic.ts'
import { monitorRight } from '../unknown.ts'
import { ageText, counted } from '../words.ts'
import { lockForest, type LockedSession, type LockForest, type LockTree } from './lock-trees.ts'
import { lockedSessions } from './locks.sql.ts'

/** Who waits for whom, from the session that keeps all others waiting. */
export const locks: Topic<readonly LockedSession[]> = {
  name: 'locks',
  rules: ['db-lock-tree', 'db-deadlock'],
  isHeavy: false,
  read: (source) => source.read<LockedSession>(lockedSessions),
  judge: (sessions, around, server): Judged => {
    const forest = lockForest(sessions)
    const waiting = [...forest.trees.map((tree) => tree.waiting), ...forest.deadlocks].flat().length
    return {
      says:
        waiting === 0 ? 'nobody waits for a lock' : `${counted(waiting, 'session waits', 'sessions wait')} for locks`,
      tables: [treeTable(forest, around), waysOut(forest)],
      findings: [...forest.trees.flatMap((tree) => treeFinding(tree, around)), ...deadlocks(forest, around)],
      unknown: server.isMonitor ? [] : [monitorRight('who waits for locks among sessions of other users', server)],
    }
  },
}

const statementOf = ({ statement }: LockedSession): string => withoutLiterals(decoded(statement))

const lockText = ({ mode, lockType, relation }: LockedSession): string =>
  `${mode ?? 'a lock'} on ${relation === null ? (lockType ?? 'something') : `${lockType} ${relation}`}`

function whoseText({ application, user, backendType }: LockedSession): string {
  if (backendType !== null && backendType !== 'client backend') return backendType
  return `${application || 'an unnamed application'} (user ${user ?? 'unknown'})`
}

const frees = ({ waiting }: LockTree): string => `frees ${counted(waiting.length, 'waiting session')}`

function treeFinding(tree: LockTree, around: Around): readonly Finding[] {
  const { root, waiting } = tree
  const { thresholds, place } = around
  const longest = Math.max(...waiting.map(({ session }) => session.waitSeconds ?? 0))
  if (longest < thresholds.lockWaitSeconds) return []
  const owner = root.address === null ? null : around.ownerOf(root.address)
  const who = root.pid === 0 ? 'A prepared transaction' : `Session ${root.pid} of ${whoseText(root)}`
  const state = root.state === 'active' ? 'runs' : `is ${root.state ?? 'there'} after`
  const for_ = root.transactionSeconds === null ? '' : `, in a transaction of ${ageText(root.transactionSeconds)}`
  const held = `${counted(waiting.length, 'session')} waiting, the longest for ${ageText(longest)}`
  return [
    databaseFinding(around, {
      ...{
        rule: 'db-lock-tree',
        kind: 'Session',
        object: `pid ${root.pid}`,
        reason: 'BlocksOthers',
        since: root.since,
      },
      severity: longest >= thresholds.lockWaitCriticalSeconds || waiting.length >= 3 ? 'critical' : 'warning',
      summary: `${who} keeps ${held}${for_}: it ${state} ${statementOf(root) || 'a statement that may not be seen'}.`,
      evidence: {
        'pg_stat_activity.state': root.state,
        'pg_stat_activity.query': statementOf(root),
        'pg_stat_activity.backend_start': root.backendStart,
        'pg_stat_activity.xact_start': root.xactStart,
        'pg_stat_activity.client_addr': root.address,
        pod: owner && referenceText(owner.pod),
        workload: owner && referenceText(owner.workload),
        ...Object.fromEntries(
          waiting
            .slice(0, 6)
            .map(({ session, behind }) => [
              `pg_blocking_pids(${session.pid})`,
              `${behind}: waits ${ageText(session.waitSeconds ?? 0)} for ${lockText(session)}: ${statementOf(session)}`,
            ]),
        ),
      },
      remedies: [
        lookInto(
          place,
          'See it again',
          'SELECT pid, pg_blocking_pids(pid), state, query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0',
        ),
        ...waysOutOf(tree, around),
      ],
      because: `it holds locks that ${counted(waiting.length, 'session waits', 'sessions wait')} for`,
      involves: owner ? [owner.pod, owner.workload] : [],
    }),
  ]
}

function waysOutOf(tree: LockTree, { place }: Around) {
  const { root } = tree
  if (root.pid === 0)
    return [
      advise('Find who prepared it in pg_prepared_xacts, and let them commit it or roll it back', 'what it locks'),
    ]
  const whose = whoseText(root)
  const commit = advise(
    root.state === 'active' ? `Let it end, if ${whose} is to finish` : `Let ${whose} commit or roll back`,
    'what it locks',
  )
  const cancel =
    root.state === 'active'
      ? [
          destroy(
            place,
            `Cancel the statement that session ${root.pid} runs`,
            `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = ${root.pid} AND backend_start = '${root.backendStart}'`,
            `${frees(tree)}; what the statement did is rolled back`,
          ),
        ]
      : []
  return [commit, ...cancel, endSession(place, root, frees(tree))]
}

function deadlocks({ deadlocks: circles }: LockForest, around: Around): readonly Finding[] {
  return circles.map((members) => {
    const pids = members.map(({ pid }) => pid).toSorted((a, b) => a - b)
    return databaseFinding(around, {
      ...{ rule: 'db-deadlock', severity: 'critical', kind: 'Database', object: around.name, reason: 'Deadlock' },
      part: pids.join(','),
      summary: `Sessions ${pids.join(', ')} wait for each other: ${members.map(statementOf).join(' against ')}.`,
      evidence: Object.fromEntries(
        members.map((each) => [`pg_blocking_pids(${each.pid})`, `${each.blockers.join(', ')}: ${lockText(each)}`]),
      ),
      remedies: [
        lookInto(around.place, 'See when Postgres ends one of them by itself', 'SHOW deadlock_timeout'),
        advise('Let the code lock rows and tables in one order everywhere', 'the code of the application'),
        alter(
          around.place,
          'Let the server look for deadlocks after a second, where it was told to wait longer',
          'ALTER SYSTEM RESET deadlock_timeout',
          'how long a session waits before the server looks for a deadlock, after SELECT pg_reload_conf()',
          'set it again',
        ),
      ],
      because: `sessions ${pids.join(', ')} wait for each other`,
    })
  })
}

const ownerText = (owner: ReturnType<Around['ownerOf']>) => ({
  pod: owner?.pod.name ?? null,
  workload: owner && referenceText(owner.workload),
})

function treeTable({ trees }: LockForest, { ownerOf }: Around): Table {
  const row = (session: LockedSession, depth: number, behind: number | null) => ({
    ...{ pid: session.pid, depth, behind, session: `${'  '.repeat(depth)}${session.pid}` },
    application: session.application,
    ...ownerText(session.address === null ? null : ownerOf(session.address)),
    state: session.state,
    ...{ waitSeconds: depth === 0 ? null : session.waitSeconds, transactionSeconds: session.transactionSeconds },
    lock: depth === 0 ? '' : lockText(session),
    statement: statementOf(session),
  })
  return {
    title: 'Who waits for whom',
    columns: [
      { key: 'session', heading: 'SESSION', unit: 'text' },
      { key: 'application', heading: 'APPLICATION', unit: 'text' },
      { key: 'pod', heading: 'POD', unit: 'text' },
      { key: 'workload', heading: 'WORKLOAD', unit: 'text' },
      { key: 'state', heading: 'STATE', unit: 'text' },
      { key: 'waitSeconds', heading: 'WAITS', unit: 'seconds' },
      { key: 'lock', heading: 'FOR', unit: 'text' },
      { key: 'statement', heading: 'STATEMENT', unit: 'text' },
    ],
    rows: trees.flatMap(({ root, waiting }) => [
      row(root, 0, null),
      ...waiting.map(({ session, depth, behind }) => row(session, depth, behind)),
    ]),
  }
}

/** What would free each tree, by what tells the session from any other. It is not carried out here. */
function waysOut({ trees }: LockForest): Table {
  return {
    title: 'Ways out (none can be undone)',
    columns: [
      { key: 'pid', heading: 'END SESSION', unit: 'text' },
      { key: 'backendStart', heading: 'BEGUN', unit: 'text' },
      { key: 'xactStart', heading: 'TRANSACTION BEGUN', unit: 'text' },
      { key: 'queryId', heading: 'QUERY ID', unit: 'text' },
      { key: 'frees', heading: 'FREES', unit: 'count' },
    ],
    rows: trees
      .filter(({ root }) => root.pid !== 0)
      .map(({ root: { pid, backendStart, xactStart, queryId }, waiting }) => ({
        ...{ pid, backendStart, xactStart, queryId, frees: waiting.length },
      })),
  }
}
