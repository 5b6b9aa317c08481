import { Option, type Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import { addAutoscale } from './autoscale-commands.ts'
import { addDb } from './db-commands.ts'
import type { FindingsOptions } from './findings.ts'
import type { HelmOptions } from './helm.ts'
import type { LookupOptions } from './lookup.ts'
import type { NodesOptions } from './nodes.ts'
import { addPerf } from './perf-commands.ts'
import type { ReachOptions } from './reach.ts'
import type { RolloutOptions } from './rollout.ts'
import type { StorageOptions } from './storage.ts'
import type { WhyOptions } from './why.ts'
import type { WorkloadsOptions } from './workloads.ts'

type Run = (work: Work) => Promise<void>

export function addInfraCommands(program: Command, session: Session, run: Run): void {
  addDiagnose(program, session, run)
  addWhy(program, session, run)
  addNodes(program, session, run)
  addWorkloads(program, session, run)
  addStorage(program, session, run)
  addDb(program, session, run)
  addPerf(program, session, run)
  addAutoscale(program, session, run)
  addReach(program, session, run)
  addLookup(program, session, run)
  addFindings(program, session, run)
  addRollout(program, session, run)
  addHelm(program, session, run)
}

function addDiagnose(program: Command, session: Session, run: Run): void {
  program
    .command('diagnose')
    .description('A first look at everything: cluster, application, database, recent errors, external services.')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `${examples('diagnose', 'diagnose --json', 'diagnose --json | jq -r \'.sections[] | select(.status != "healthy") | .says\'')}

Exit codes: 0 healthy, 1 problems, 2 could not look`,
    )
    .action((options: { json?: true }) =>
      run(async () => (await import('./quick-diagnosis.ts')).showQuickDiagnosis(session, options)),
    )
}

function addWhy(program: Command, session: Session, run: Run): void {
  program
    .command('why')
    .description('Say why a workload, a component, a namespace or a cluster does not work.')
    .argument('[workload]', 'as web, statefulset/db or shop/deployment/web')
    .option('-n, --namespace <name>', 'namespace of the workload, or the whole of it')
    .option('--component <id>', 'what runs this component')
    .option('--cluster <name>', 'which cluster, where there are several')
    .option('--since <when>', 'only what began, happened again or was changed since: 1h, or an instant')
    .option('--all', 'every cause and every symptom')
    .option('--json', 'the diagnosis as JSON')
    .addHelpText(
      'after',
      `${examples('why web -n shop', 'why --component checkout --since 1h', "why -n shop --json | jq '.result.causes[0].object'")}

Exit codes: 0 nothing is wrong, 4 something is, 5 it could not be seen`,
    )
    .action((workload: string | undefined, options: WhyOptions) =>
      run(async () => (await import('./why.ts')).why(session, workload, options)),
    )
}

function addNodes(program: Command, session: Session, run: Run): void {
  program
    .command('nodes')
    .description('Tell how the nodes of a cluster are, worst first.')
    .option('--cluster <name>', 'which cluster, where there are several')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `${examples('nodes', 'nodes --cluster main', 'nodes --json | jq -r \'.nodeReports[] | select(.status == "critical") | .nodeName\'')}

Exit codes: 0 all are well, 3 warnings, 4 critical, 5 something was not measured`,
    )
    .action((options: NodesOptions) => run(async () => (await import('./nodes.ts')).showNodes(session, options)))
}

function addStorage(program: Command, session: Session, run: Run): void {
  program
    .command('storage')
    .description('Tell what storage there is, who uses it, how full it is, and what is wrong with it.')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('--cluster <name>', 'which cluster, where there are several')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `${examples('storage', 'storage -n shop', 'storage --json | jq -r \'.claims[] | select(.phase == "Pending") | .says\'')}

Exit codes: 0 all is well, 3 warnings, 4 critical, 5 not all of it was seen`,
    )
    .action((options: StorageOptions) => run(async () => (await import('./storage.ts')).showStorage(session, options)))
}

function addWorkloads(program: Command, session: Session, run: Run): void {
  program
    .command('workloads')
    .description('List workloads: what is wanted, what is ready, and the worst that is wrong.')
    .option('-n, --namespace <name>', 'only those of this namespace')
    .option('--cluster <name>', 'which cluster, where there are several')
    .option('--all', 'those that are well too')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `${examples('workloads', 'workloads -n shop --all', "workloads --json | jq -r '.items[] | select(.worst) | .name'")}

Exit codes: 0 nothing is wrong, 3 warnings, 4 something does not work, 5 it could not be seen`,
    )
    .action((options: WorkloadsOptions) =>
      run(async () => (await import('./workloads.ts')).listWorkloads(session, options)),
    )
}

function addReach(program: Command, session: Session, run: Run): void {
  program
    .command('reach')
    .description('Tell whether one end reaches the other by the network policies.')
    .argument('<from>', 'as web, pod/web-1 or an address')
    .argument('<to:port>', 'as db:5432, service/db:5432, internet:443 or an address with its port')
    .option('-n, --namespace <name>', 'namespace of ends that name none', 'default')
    .addOption(new Option('--protocol <name>', 'of the traffic').choices(['tcp', 'udp', 'sctp']).default('tcp'))
    .option('--cluster <name>', 'which cluster, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText(
      'after',
      `${examples('reach web db:5432 -n shop', 'reach pod/web-1 kube-system/service/kube-dns:53 --protocol udp -n shop', 'reach web internet:443 -n shop')}

Exit codes: 0 yes, 3 in part, 4 no, 5 it cannot be told`,
    )
    .action((from: string, to: string, options: ReachOptions) =>
      run(async () => (await import('./reach.ts')).reach(session, from, to, options)),
    )
}

function addLookup(program: Command, session: Session, run: Run): void {
  program
    .command('lookup')
    .description('Tell what a name leads to for a pod of a namespace, and how the name service is.')
    .argument('<name>', 'as db, db.shop or api.example.com')
    .option('-n, --namespace <name>', 'of the pod that looks it up', 'default')
    .option('--cluster <name>', 'which cluster, where there are several')
    .option('--json', 'the answer as JSON')
    .addHelpText(
      'after',
      `${examples('lookup db -n shop', 'lookup api.example.com', "lookup db -n shop --json | jq -r '.tried[].name'")}

Exit codes: 0 it resolves, 3 it does and the name service has errors, 4 it does not, 5 it cannot be told`,
    )
    .action((name: string, options: LookupOptions) =>
      run(async () => (await import('./lookup.ts')).lookup(session, name, options)),
    )
}

function addFindings(program: Command, session: Session, run: Run): void {
  program
    .command('findings')
    .description('List what is wrong in clusters, worst first.')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('--cluster <name>', 'only of this cluster')
    .addOption(new Option('--severity <name>', 'only these').choices(['critical', 'warning', 'info']))
    .option('--muted', 'those that are muted too')
    .option('--json', 'the findings as JSON')
    .addHelpText(
      'after',
      `${examples('findings', 'findings -n shop --severity critical', "findings --json | jq -r '.[].summary'")}

Exit codes: 0 none is critical, 4 some are`,
    )
    .action((options: FindingsOptions) =>
      run(async () => (await import('./findings.ts')).listFindings(session, options)),
    )
}

function addRollout(program: Command, session: Session, run: Run): void {
  const rollout = program
    .command('rollout')
    .description('Rollouts: how far they are, and what they changed.')
    .addHelpText(
      'after',
      examples('rollout status web -n shop', 'rollout diff web -n shop', 'rollout status statefulset/db -n shop'),
    )
  rollout
    .command('status')
    .description('Tell how far a rollout is, why it stands still, and which rollback would help.')
    .argument('<workload>', 'as web, statefulset/db or shop/deployment/web')
    .option('-n, --namespace <name>', 'namespace of the workload', 'default')
    .option('--cluster <name>', 'which cluster, where there are several')
    .option('--json', 'the rollout as JSON')
    .addHelpText(
      'after',
      `${examples('rollout status web -n shop', 'rollout status ds/agent -n ops', "rollout status web -n shop --json | jq -r '.rollback.command'")}

Exit codes: 0 complete, 3 under way, 4 stuck`,
    )
    .action((workload: string, options: RolloutOptions) =>
      run(async () => (await import('./rollout.ts')).rolloutStatus(session, workload, options)),
    )
  rollout
    .command('diff')
    .description('Tell what each kept revision changed, secrets hidden.')
    .argument('<workload>', 'as web or shop/deployment/web')
    .option('-n, --namespace <name>', 'namespace of the workload', 'default')
    .option('--cluster <name>', 'which cluster, where there are several')
    .option('--json', 'the revisions as JSON')
    .addHelpText(
      'after',
      examples(
        'rollout diff web -n shop',
        'rollout diff shop/deployment/web',
        "rollout diff web -n shop --json | jq '.[0].changes'",
      ),
    )
    .action((workload: string, options: RolloutOptions) =>
      run(async () => (await import('./rollout.ts')).rolloutDiff(session, workload, options)),
    )
}

function addHelm(program: Command, session: Session, run: Run): void {
  const helm = program
    .command('helm')
    .description("Helm's releases, read from the cluster without Helm.")
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('--cluster <name>', 'which cluster, where there are several')
    .option('--json', 'the releases as JSON')
    .addHelpText('after', examples('helm', 'helm -n shop', 'helm show web -n shop'))
    .action((options: HelmOptions) => run(async () => (await import('./helm.ts')).listReleases(session, options)))
  helm
    .command('show')
    .description('Show one: history, what differs from the cluster, and its values without secrets.')
    .argument('<release>', 'its name')
    .addHelpText(
      'after',
      examples(
        'helm show web -n shop',
        'helm show web -n shop --json',
        'helm show web -n shop --json | jq \'.objects[] | select(.state != "same")\'',
      ),
    )
    // The same options of `helm` are set by it too, and by that one alone.
    .action((name: string, _options: object, show: Command) =>
      run(async () => (await import('./helm.ts')).showRelease(session, name, show.optsWithGlobals())),
    )
  helm
    .command('check')
    .description(
      'Try a chart before it is installed: lint, rendering, and a dry run, by Helm and kubectl of this machine.',
    )
    .argument('<chart>', 'folder, archive or name of the chart')
    .option('-f, --values <file...>', 'files of values')
    .option('--release <name>', 'the release that it is for')
    .option('--kubeconfig <file>', 'of the cluster that is asked (default: as Helm finds it)')
    .option('--helm <program>', 'the Helm to run')
    .option('--kubectl <program>', 'the kubectl that asks the API server')
    .addHelpText(
      'after',
      `${examples('helm check ./chart -n shop', 'helm check ./chart -f prod.yaml --release web')}

Exit codes: 0 nothing speaks against it, 1 it should not be installed, 2 not all could be tried`,
    )
    .action((chart: string, _options: object, check: Command) =>
      run(async () => (await import('./helm-check.ts')).checkChart(session, chart, check.optsWithGlobals())),
    )
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  akashic ${line}`).join('\n')}`
}
