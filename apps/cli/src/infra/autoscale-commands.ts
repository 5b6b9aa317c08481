import type { Command } from 'commander'
import type { Work } from '../run-command.ts'
import type { Session } from '../session.ts'
import type { AutoscaleOptions } from './autoscale.ts'

/** `akashic autoscale` */
export function addAutoscale(program: Command, session: Session, run: (work: Work) => Promise<void>): void {
  program
    .command('autoscale')
    .description('How workloads are sized and scaled.')
    .command('audit')
    .description(
      'Tell requests and limits against use, what is wrong with autoscalers, and manifests that would be better.',
    )
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('--cluster <name>', 'which cluster, where there are several')
    .option(
      '--manifest [proposal]',
      'print one proposal as YAML for kubectl, or all that nobody else manages, without alternatives',
    )
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      `
Examples:
  akashic autoscale audit
  akashic autoscale audit -n shop --manifest shop-deployment-web-resources
  akashic autoscale audit -n shop --json | jq -r '.proposals[].name'

Nothing is applied by this command.

Exit codes: 0 all is well, 3 warnings, 4 critical, 5 not all of it was seen`,
    )
    .action((options: AutoscaleOptions) =>
      run(async () => (await import('./autoscale.ts')).auditAutoscaling(session, options)),
    )
}
