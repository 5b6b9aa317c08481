import { join } from 'node:path'
import { describeReal, eventually, startHttp, startPrometheus, type HttpServer } from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import {
  checkWith,
  dashboardFiles,
  dashboardText,
  expressionsOf,
  metricsNotExposed,
  prometheusFolder,
  prometheusText,
  type Dashboard,
} from './testing/monitoring-files.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

/** Has no series until something happens that does not happen here. */
const mayBeEmpty = /ALERTS|_refused_total|_by_policy_total|_events_delivered_total|code!="ok"/

const rules = prometheusText('rules.yaml')
const alertNames = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!)

let target: HttpServer
let home: Home
let product: Product
beforeAll(async () => {
  target = await startHttp((_, response) => response.end('ok'))
  home = await makeHome(`
components:
  - { id: web, name: Web, checks: [{ kind: http, url: '${target.url}', interval: 1s, timeout: 1s }] }
  - { id: gone, name: Gone, checks: [{ kind: tcp, host: 127.0.0.1, port: 1, interval: 1s, timeout: 1s }] }
`)
  product = await startProduct(home)
  await Promise.all(['/', '/status', '/history.atom'].map((path) => product.get(path)))
}, 90_000)
afterAll(async () => {
  await killAll()
  await target.stop()
  await home.remove()
}, 30_000)

test.each(['rules.yaml', 'rules.test.yaml'])('the product exposes every metric of ours in %s', async (file) => {
  expect(metricsNotExposed(prometheusText(file), (await product.admin('/metrics')).text)).toEqual([])
})

test.each(dashboardFiles)('the product exposes every metric of ours in %s', async (file) => {
  expect(metricsNotExposed(dashboardText(file), (await product.admin('/metrics')).text)).toEqual([])
})

test('a name that is misspelt, or a histogram without its part, is found', async () => {
  const { text: exposition } = await product.admin('/metrics')
  const misspelt = `${rules.replaceAll('akashic_outbox_waiting', 'akashic_outbox_wating')} akashic_check_lateness_seconds`
  expect(metricsNotExposed(misspelt, exposition)).toEqual(['akashic_outbox_wating', 'akashic_check_lateness_seconds'])
})

test.each(dashboardFiles)('every panel of %s asks the data source that is chosen, and has a unit', (file) => {
  const { uid, schemaVersion, panels, templating } = JSON.parse(dashboardText(file)) as Dashboard
  expect({ uid, schemaVersion }).toEqual({ uid: expect.stringMatching(/^akashic-\w+$/) as string, schemaVersion: 39 })
  expect(templating.list).toContainEqual(expect.objectContaining({ name: 'datasource', type: 'datasource' }))
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  for (const { title, datasource, targets = [], fieldConfig } of panels.filter(({ type }) => type !== 'row')) {
    const asks = new Set([datasource?.uid, ...targets.map((query) => query.datasource.uid)])
    expect({ title, asks, unit: fieldConfig?.defaults.unit }).toEqual({
      title,
      asks: new Set(['${datasource}']),
      unit: expect.stringMatching(/./) as string,
    })
  }
})

test('every alert has a test in which it fires and one in which it does not', () => {
  const cases = prometheusText('rules.test.yaml')
  const named = (pattern: RegExp) => new Set([...cases.matchAll(pattern)].map(([, name]) => name))
  expect(named(/alertname: (\w+)\n +exp_alerts:\n/g)).toEqual(new Set(alertNames))
  expect(named(/alertname: (\w+)\n +exp_alerts: \[\]/g)).toEqual(new Set(alertNames))
})

test('every runbook is a command that there is', async () => {
  const runbooks = [...rules.matchAll(/runbook: '(.+)'$/gm)].map(([, text]) => text!)
  expect(runbooks).toHaveLength(alertNames.length)
  const commands = new Set(runbooks.flatMap(commandsIn))
  for (const command of commands) {
    const { code, stdout } = await akashic(home, ...command.split(' '), '--help')
    expect({ command, code, usage: stdout.split('\n')[0] }).toEqual({
      command,
      code: 0,
      usage: expect.stringMatching(new RegExp(`^Usage: akashic ${command}( |$)`)) as string,
    })
  }
}, 60_000)

describeReal('prometheus', () => {
  test.each([
    [['check', 'rules', 'rules.yaml'], `${alertNames.length} rules found`],
    [['test', 'rules', 'rules.test.yaml'], 'SUCCESS'],
    [['check', 'config', 'prometheus.example.yaml'], 'SUCCESS'],
  ])(
    'promtool finds nothing wrong: %j',
    (args, said) => {
      const { status, stdout, stderr } = checkWith('promtool', ...args)
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout).toContain(said)
    },
    60_000,
  )

  test('on a running product the rules are quiet, every panel has data, and its end is seen', async () => {
    const labels = { component: 'akashic-gateway' }
    const targets = [product.adminUrl.slice('http://'.length)]
    const ruleFiles = [join(prometheusFolder, 'rules.yaml')]
    const prometheus = await startPrometheus({ scrape: [{ job: 'akashic', targets, labels }], ruleFiles })
    try {
      const evaluated = await rulesOf(prometheus.url)
      expect(evaluated.map(({ name }) => name).toSorted()).toEqual(alertNames.toSorted())
      for (const rule of evaluated) expect(rule.labels.severity).toMatch(/^(critical|warning|info)$/)

      for (const expr of dashboardFiles.flatMap((file) => expressionsOf(JSON.parse(dashboardText(file)) as Dashboard)))
        await eventually(async () => {
          const samples = await prometheus.query(expr)
          if (!mayBeEmpty.test(expr) && samples.length === 0) throw new Error(`no data: ${expr}`)
        }, 30_000)

      expect((await rulesOf(prometheus.url)).filter(({ health }) => health !== 'ok')).toEqual([])
      expect(await prometheus.query('ALERTS{alertstate="firing"}')).toEqual([])

      await product.stop('SIGKILL')
      const isDown = {
        alertname: 'ServiceDown',
        severity: 'critical',
        alertstate: 'pending',
        job: 'akashic',
        ...labels,
      }
      await eventually(async () => {
        expect(await prometheus.query('ALERTS')).toContainEqual({ labels: expect.objectContaining(isDown), value: 1 })
      }, 20_000)
    } finally {
      await prometheus.stop()
    }
  }, 180_000)
})

interface EvaluatedRule {
  readonly name: string
  readonly health: string
  readonly labels: Readonly<Record<string, string>>
}

async function rulesOf(url: string): Promise<readonly EvaluatedRule[]> {
  const response = await fetch(`${url}/api/v1/rules`, { signal: AbortSignal.timeout(10_000) })
  const { data } = (await response.json()) as { data: { groups: { rules: EvaluatedRule[] }[] } }
  return data.groups.flatMap((group) => group.rules)
}

/** The commands that a runbook may come to: `component show` of a component, `status` without one. */
function commandsIn(runbook: string): readonly string[] {
  const branches = /^akashic \{\{ with \S+ \}\}(.+) \{\{ \. \}\}\{\{ else \}\}(.+)\{\{ end \}\}$/
    .exec(runbook)
    ?.slice(1)
  const [, words = ''] = /^akashic (.+)$/.exec(runbook) ?? []
  return branches ?? [/^(check(?= )|[a-z]+(?: [a-z]+)*)/.exec(words)?.[0] ?? runbook]
}
