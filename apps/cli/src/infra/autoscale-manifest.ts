import { CliError } from '../cli-error.ts'
import { printable } from '../terminal/text-width.ts'
import type { AutoscaleReport, ScalingProposal } from './autoscale-report.ts'

/** The manifest of one proposal, or of all that nobody else manages but those that are instead of another, as YAML for
 *  `kubectl apply`: what it does, its sums and how to take it back stand in front of each as comments.
 *  @throws CliError where there is no such proposal. */
export function manifestText(report: AutoscaleReport, name: string | true): string {
  const { proposals, proposalCount } = report
  if (name === true) {
    const printed = proposals.filter(({ apply, insteadOf }) => apply !== null && insteadOf === null)
    const left = proposals.filter((each) => !printed.includes(each)).flatMap((each) => comment(whyLeftOut(each)))
    const more = proposalCount - proposals.length
    const hidden = more > 0 ? comment(`${more} more are left out: -n shows a namespace.`) : []
    const none = printed.length === 0 ? comment('Nothing is proposed that can be applied.') : []
    return [...none, ...hidden, ...left, ...printed.map(documentOf)].join('\n')
  }
  const found = proposals.find((each) => each.name === name)
  if (found) return documentOf(found)
  throw new CliError(`Looking for the proposal ${name}`, 'there is none of this name', {
    next: [
      proposals.length === 0 ? 'Nothing is proposed.' : `There are: ${proposals.map((each) => each.name).join(', ')}`,
    ],
  })
}

const whyLeftOut = ({ name, insteadOf, managedBy }: ScalingProposal): string =>
  [
    `Left out: ${name}.`,
    ...managedBy,
    ...(insteadOf === null ? [] : [`It is instead of ${insteadOf}: --manifest ${name} prints it.`]),
  ].join(' ')

function documentOf(proposal: ScalingProposal): string {
  const { title, changes, arithmetic, warnings, managedBy, manifest, dryRun, apply, undo } = proposal
  return [
    '---',
    ...comment(title),
    ...section('It changes', changes),
    ...section('Sums', arithmetic),
    ...section('To know before', [...managedBy, ...warnings]),
    ...section('Try', [dryRun]),
    ...section('Apply', apply === null ? [] : [apply]),
    ...section('Take back', [undo]),
    manifest.trimEnd(),
  ].join('\n')
}

const section = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [...comment(`${heading}:`), ...lines.flatMap((line) => comment(`  ${line}`))]

/** One line, whatever the cluster wrote: no text of it may become a part of the manifest. */
const comment = (text: string): readonly string[] => [`# ${printable(text)}`]
