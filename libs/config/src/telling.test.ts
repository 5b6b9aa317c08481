import { configSchema, type ConfigInput } from './config.ts'

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const told = {
  components: [{ id: 'shop', name: 'Shop' }],
  channels: [
    { type: 'webhook', name: 'hook', url: 'https://example.org/hook', secret },
    { type: 'email', name: 'mail', server: 'smtp://mail.example.org', from: 'ops@example.org' },
  ],
  notifications: { routes: [{ channels: ['hook'], components: ['shop'] }] },
  onCall: {
    people: [{ id: 'ada', name: 'Ada', contacts: [{ channel: 'mail', to: 'ada@example.org' }] }],
    schedules: [{ name: 'first', rotations: [{ people: ['ada'], starting: '2026-01-05' }] }],
    policies: [{ name: 'all', steps: [{ notify: ['schedule:first', 'person:ada'] }] }],
  },
  alerts: { rules: [{ kind: 'burn_rate', name: 'budget', objective: 0.999, components: ['shop'] }] },
} satisfies ConfigInput

/** What is wrong once `value` stands at `path`. */
const problems = (path: string, value: unknown): string[] => {
  const config: unknown = structuredClone(told)
  const keys = path.split('.')
  const last = keys.pop()!
  const holder = keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], config)
  ;(holder as Record<string, unknown>)[last] = value
  const { error } = configSchema.safeParse(config)
  return (error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

test('channels, routes, people, schedules, policies and rules that fit together are taken', () => {
  const config = configSchema.parse(told)
  expect(config.onCall.policies[0]!.steps[0]).toEqual({
    notify: ['schedule:first', 'person:ada'],
    escalateAfter: 300_000,
  })
  expect(config.alerts.rules[0]).toMatchObject({
    windows: [{ burnRate: 14.4, long: 3_600_000, short: 300_000 }, {}, {}, {}],
  })
})

test.each<[string, string, unknown, string]>([
  [
    'a route',
    'notifications.routes.0.channels',
    ['slack'],
    'notifications.routes.0.channels.0: there is no channel slack',
  ],
  [
    'a contact',
    'onCall.people.0.contacts.0.channel',
    'sms',
    'onCall.people.0.contacts.0.channel: there is no channel sms',
  ],
  [
    'a rotation',
    'onCall.schedules.0.rotations.0.people',
    ['bob'],
    'onCall.schedules.0.rotations.0.people.0: there is no person bob',
  ],
  [
    'a step',
    'onCall.policies.0.steps.0.notify',
    ['schedule:second'],
    'onCall.policies.0.steps.0.notify.0: there is no target schedule:second',
  ],
  ['a rule', 'alerts.rules.0.components', ['cart'], 'alerts.rules.0.components.0: there is no component cart'],
  [
    'a mapping',
    'alerts.components',
    [{ labels: { job: 'x' }, component: 'cart' }],
    'alerts.components.0.component: there is no component cart',
  ],
])('%s that names what is not there is refused', (_, path, value, expected) => {
  expect(problems(path, value)).toEqual([expected])
})

test.each<[string, string, unknown, string]>([
  ['a channel', 'channels.2', told.channels[0], 'channels.2.name: the name hook is taken by an earlier channel'],
  [
    'a rule',
    'alerts.rules.1',
    told.alerts.rules[0],
    'alerts.rules.1.name: the name budget is taken by an earlier rule',
  ],
])('%s whose name is taken is refused', (_, path, value, expected) => {
  expect(problems(path, value)).toEqual([expected])
})

test.each<[string, string, unknown, RegExp]>([
  [
    'a share above one',
    'alerts.rules.0',
    { kind: 'threshold', name: 'f', metric: 'failure_ratio', above: 5 },
    /above: must be below 1/,
  ],
  ['a burn rate that cannot be reached', 'alerts.rules.0.objective', 0.9, /windows\.0\.burnRate: can never hold/],
  ['a group that there is not', 'alerts.rules.0.groups', ['Sails'], /groups\.0: there is no group Sails/],
  [
    'a route to a mail channel that names nobody',
    'notifications.routes.0.channels',
    ['mail'],
    /names nobody in `to`: this reaches no one/,
  ],
  [
    'a contact without an address',
    'onCall.people.0.contacts',
    [{ channel: 'mail' }],
    /needs `to`: the mail channel mail/,
  ],
  [
    'an unknown variable in a template',
    'notifications.templates',
    { opened: { body: 'See {{link}}' } },
    /templates\.opened\.body: there is no variable \{\{link\}\}/,
  ],
  [
    'an unknown variable in a summary',
    'alerts.rules.0.summary',
    '{{host}}',
    /rules\.0\.summary: there is no variable \{\{host\}\}/,
  ],
  ['a time zone that there is not', 'onCall.schedules.0.timeZone', 'Europe/Atlantis', /timeZone: must be a time zone/],
  ['a secret that is too short', 'channels.0.secret', 'whsec_c2hvcnQ=', /secret: must be whsec_ and 24 to 64 bytes/],
  [
    'a short window longer than its long one',
    'alerts.rules.0.windows',
    [{ burnRate: 2, long: '5m', short: '1h', severity: 'info' }],
    /short: must not be longer/,
  ],
  [
    'events without their type',
    'alerts.rules',
    [{ kind: 'threshold', name: 'e', metric: 'events', above: 3 }],
    /event: is needed for the metric events/,
  ],
])('%s is an error at load', (_, path, value, expected) => {
  expect(problems(path, value).join('\n')).toMatch(expected)
})
