import { startSlack, startTestPostgres, type FakeSlack } from '@akashic/testbed'
import { measureMails, ourConnections, type MailThroughput } from './mail-throughput.ts'
import { startFloor, startProduct, stopChild } from './product.ts'
import { measureSlack, slackChannel, type SlackLatency } from './slack-latency.ts'
import { median, quantile, type Report, type Row } from './table.ts'

const mostMails = 10_000

/** From POST to the first message in Slack; and mails a second. Beside them the same work without the product. No peer: none
 *  of the products that do this runs here. `-- notify 10000` sends 10,000 mails, once, instead of 2,000 three times. */
export async function run(): Promise<Report> {
  const mails = Number(process.argv[3] ?? 2_000)
  if (!(mails >= 1 && mails <= mostMails)) throw new Error(`a number of mails is 1 to ${mostMails}`)
  const [slack, postgres, sink] = await Promise.all([startSlack(), startTestPostgres(), startFloor('smtp-sink.ts')])
  try {
    const product = await startProduct({
      config: await configOf(slack, sink.port),
      env: { DATABASE_URL: postgres.url },
    })
    try {
      const latency = await measureSlack(slack, product, postgres.url)
      const rounds = mails > 2_000 ? 1 : 3
      const throughput = await measureMails({ mails, rounds, product, postgres, sinkPort: sink.port })
      return {
        rows: [...latencyRows(latency), ...throughputRows(mails, throughput)],
        raw: { ...latency, mails, ...throughput },
      }
    } finally {
      await product.stop()
    }
  } finally {
    await stopChild(sink.child)
    await Promise.all([slack.stop(), postgres.stop()])
  }
}

async function configOf(slack: FakeSlack, sinkPort: number): Promise<string> {
  const { smtpPort } = (await (await fetch(`http://127.0.0.1:${sinkPort}/`)).json()) as { smtpPort: number }
  return JSON.stringify({
    components: [],
    channels: [
      { type: 'slack', name: 'slack', token: slack.token, channel: slackChannel, apiUrl: slack.url },
      { type: 'email', name: 'mail', server: `smtp://127.0.0.1:${smtpPort}`, from: 'status@example.org' },
    ],
    notifications: { routes: [{ channels: ['slack'] }] },
  })
}

function latencyRows({ oursMs, bareMs, callMs }: SlackLatency): Row[] {
  const row = (q: number, floorMs: readonly number[], what: string, allowedMs?: number): Row => {
    const [ours, floor] = [quantile(oursMs, q), quantile(floorMs, q)]
    return {
      measure: `POST to first Slack message at 10/s, p${q * 100}`,
      ours: `${ours.toFixed(0)} ms`,
      floor: `${floor.toFixed(1)} ms (${what})`,
      ratio: (ours / floor).toFixed(1),
      ...(allowedMs !== undefined && { aim: `<= ${allowedMs} ms`, met: ours <= allowedMs }),
    }
  }
  const [bare, call] = ['row, pg-boss, call', 'the call alone']
  return [row(0.5, bareMs, bare), row(0.99, bareMs, bare, 500), row(0.5, callMs, call), row(0.99, callMs, call)]
}

function throughputRows(mails: number, { oursPerSecond, floorPerSecond }: MailThroughput): Row[] {
  const ours = median(oursPerSecond)
  const floors = Object.entries(floorPerSecond).map(([size, rates]) => ({ size: Number(size), rate: median(rates) }))
  const best = floors.toSorted((a, b) => b.rate - a.rate)[0]!
  const row = ({ size, rate }: { size: number; rate: number }, words: string): Row => ({
    measure: `${mails} mails to as many people, ${words}`,
    ours: `${ours.toFixed(0)}/s`,
    floor: `${rate.toFixed(0)}/s (nodemailer, ${size} connections)`,
    ratio: (ours / rate).toFixed(2),
    // Of mails to subscribers, many to a job; these are one to a job.
    aim: '>= 0.7',
    met: ours / rate >= 0.7,
  })
  return [
    row(
      floors.find(({ size }) => size === ourConnections)!,
      'pool as ours',
    ),
    row(best, 'best pool'),
  ]
}
