import { readFile } from 'node:fs/promises'
import { configSchema } from '@akashic/config'
import { parse } from 'yaml'

const documents = new URL('../../../../docs/', import.meta.url)

/** What `npm run receivers` writes, as far as configurations need it. */
const receivers = ['slack', 'pagerduty', 'hook', 'mail'].map((name) => ({
  ...{ type: 'slack_webhook', name, url: 'http://127.0.0.1:1/hook' },
}))

test('the configuration of docs/alerting.md is one, with the channels of the receivers', async () => {
  const text = await readFile(new URL('alerting.md', documents), 'utf8')
  const [, yaml] = /cat > akashic\.yaml <<'EOF'\n(.*?)\nEOF\n/s.exec(text)!
  const config = configSchema.parse({ ...(parse(yaml!) as object), channels: receivers })
  expect(config.onCall.policies[0]!.steps).toHaveLength(2)
  expect(config.alerts.rules).toMatchObject([{ kind: 'burn_rate', windows: { length: 4 } }])
})
