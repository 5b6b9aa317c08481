import type { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'

/** The name of the only cluster there is. @param command that wants one, to show how to name it.
 *  @throws CliError where there is none, or several. */
export async function onlyCluster(api: Awaited<ReturnType<typeof openApi>>, command: string): Promise<string> {
  const trying = 'Reading the clusters'
  const { items } = await api.call<{ items: readonly { name: string }[] }>({ path: '/api/v1/infra/clusters', trying })
  if (items.length === 1) return items[0]!.name
  if (items.length === 0)
    throw new CliError(trying, 'no cluster is configured', {
      next: ['Name one under clusters: in akashic.yaml, or set KUBECONFIG.'],
    })
  throw new CliError(trying, `there are several: ${items.map(({ name }) => name).join(', ')}`, {
    next: [`akashic ${command} --cluster ${items[0]!.name}`],
  })
}
