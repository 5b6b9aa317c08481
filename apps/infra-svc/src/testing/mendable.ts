import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { controlPlaneProgram, helmProgram, makeCertificate, type KubernetesCluster } from '@akashic/testbed'
import type { Cause } from '../cause/diagnosis.ts'
import type { Remedy } from '../finding/finding.ts'

/** What no remedy may say: it leaks a secret, opens a process to everybody, destroys data, hangs, or is of an API that is
 *  deprecated. */
const forbidden =
  /base64 (?:-d|--decode)|get secrets? .*-o (?:yaml|json)|migrate reset|--inspect|-USR2|rollout status(?!.*--timeout)|\bget endpoints\b|pg_restore(?!.*--exit-on-error)|exec .*env\b|--from-literal=.*(?:PASS|TOKEN|SECRET)/i
/** What stands for a value, and is one for the API server. */
const placeholder = /[=:"](?:VALUE|IMAGE|TAG|KEY|NAME|HOST|PORT|LIMIT|REQUEST)(?=["']?(?:[\s,:}]|$))(?!":)/
/** What stands for a value, and is none for a shell. */
const toFill = /<[a-z][a-z -]*>/g
const destroys = /kubectl (?:delete|drain|replace --force)|helm uninstall|kubectl taint nodes .*NoExecute$/

/** Asserts that a cause can be mended: it has remedies, of which the first destroys nothing, and the control plane would
 *  take each that changes something. */
export async function assertMendable(bench: RemedyBench, { object, remedies }: Cause): Promise<void> {
  const what = `${object.kind} ${object.name}`
  if (!remedies.some(({ changes }) => changes !== 'nothing')) {
    throw new Error(`nothing mends ${what}: ${JSON.stringify(remedies)}`)
  }
  if (remedies[0]!.isDestructive) throw new Error(`the first remedy of ${what} destroys something`)
  for (const remedy of remedies) {
    const problem = wordsAgainst(remedy) ?? (await bench.problemWith(remedy))
    if (problem !== null) throw new Error(`a remedy of ${what} is of no use: ${problem}: ${JSON.stringify(remedy)}`)
  }
}

/** What a remedy says that none may say; null where it is in order. */
export function wordsAgainst({ command, changes, undo, isDestructive }: Remedy): string | null {
  if (forbidden.test(`${command ?? ''} ${undo ?? ''}`)) return 'it says what no remedy may'
  if (placeholder.test(command ?? '')) return 'what it does not know stands there as if it were a value'
  if (changes !== 'nothing' && undo === null) return 'it does not say how to take it back'
  if (!isDestructive && destroys.test(command ?? '')) return 'it destroys something and does not say so'
  return null
}

/** Where commands are tried. */
export interface RemedyBench {
  /** Null where the control plane would do what it is told, or it only looks. */
  problemWith(remedy: Remedy): Promise<string | null>
  /** Does what a command says. @throws Error with what it said where it failed. */
  run(command: string): Promise<void>
  close(): Promise<void>
}

/** A folder with what commands name, and with kubectl and helm for the cluster: those that do, and those that only ask what
 *  would be done. */
export async function openRemedyBench({ kubeconfig }: KubernetesCluster): Promise<RemedyBench> {
  const folder = await mkdtemp(join(tmpdir(), 'akashic-remedies-'))
  const { cert, key } = await makeCertificate({ days: 90, name: 'renewed.example' })
  const kubectl = `${controlPlaneProgram()} kubectl --kubeconfig=${kubeconfig}`
  const files = {
    'tls.crt': cert,
    'tls.key': key,
    'patch.yaml': 'stringData: { renewed: value }',
    'config.json': JSON.stringify({ auths: { 'registry.example': { auth: 'YTpi' } } }),
    'secret.env': 'KEY=VALUE\n',
  }
  const programs = {
    'asking/kubectl': askingOf(kubectl),
    'asking/helm': `exec ${helmProgram()} --kubeconfig=${kubeconfig} "$@" --dry-run`,
    'doing/kubectl': `exec ${kubectl} "$@"`,
  }
  for (const name of ['asking', 'doing']) await mkdir(join(folder, name))
  for (const [name, contents] of Object.entries(files)) await writeFile(join(folder, name), contents)
  for (const [name, line] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  }
  const run = async (command: string, programsIn: 'asking' | 'doing'): Promise<string> => {
    const path = `${join(folder, programsIn)}:${process.env['PATH'] ?? ''}`
    const env = { ...process.env, PATH: path, KUBE_EDITOR: 'true' }
    const { stdout } = await promisify(execFile)('sh', ['-ec', command], { cwd: folder, env, timeout: 60_000 })
    return stdout
  }
  return {
    problemWith: async ({ command, changes }) => {
      if (command === null || changes === 'nothing') return null
      try {
        const said = await run(command.replaceAll(toFill, 'example'), 'asking')
        return said.includes('(no change)') ? 'it changes nothing' : null
      } catch (error) {
        return String((error as { stderr?: string }).stderr || error).trim()
      }
    },
    run: async (command) => void (await run(command, 'doing')),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** kubectl that asks the server what it would do. What has no such flag is tried by a look at what it names; an editor that
 *  changes nothing stands for somebody who edits. */
const askingOf = (kubectl: string): string => `case "$1 $2" in
  edit*) exec ${kubectl} "$@" ;;
  "rollout restart"|"rollout pause"|"rollout resume") shift 2; exec ${kubectl} rollout history "$@" ;;
esac
case " $* " in *" --dry-run="*) exec ${kubectl} "$@" ;; esac
exec ${kubectl} "$@" --dry-run=server`
