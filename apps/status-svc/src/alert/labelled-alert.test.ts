import { configSchema, type AlertSettings, type ConfigInput } from '@akashic/config'
import fc from 'fast-check'
import { aComponent, hour, minute } from '../service-harness.ts'
import { problemOf, signalOf, type LabelledAlert } from './labelled-alert.ts'

const nowMs = Date.parse('2026-03-01T00:00:00.000Z')

const anAlert = (labels: Readonly<Record<string, string>> = {}, more: Partial<LabelledAlert> = {}): LabelledAlert => ({
  ...{ annotations: {}, status: 'firing', startsAtMs: null, endsAtMs: null },
  labels: { alertname: 'Down', ...labels },
  ...more,
})

const signal = (alert: LabelledAlert, alerts: ConfigInput['alerts'] = {}) => {
  const shown = [aComponent('web'), aComponent('mail')]
  const settings = configSchema.parse({ components: shown, alerts }).alerts
  return signalOf(alert, 'prometheus', settings, (id) => ['web', 'mail'].includes(id), nowMs)
}

describe('the fingerprint of an alert', () => {
  const anyLabels = fc.dictionary(fc.string(), fc.string({ minLength: 1 }), { noNullPrototype: true })

  test('is the same in whatever order its labels come', () => {
    fc.assert(
      fc.property(anyLabels, fc.func(fc.integer()), (labels, placeOf) => {
        const shuffled = Object.entries(labels).toSorted(([a], [b]) => placeOf(a) - placeOf(b))
        const [one, other] = [labels, Object.fromEntries(shuffled)].map((all) => signal(anAlert(all)).fingerprint)
        expect(other).toBe(one)
      }),
    )
  })

  test('is another with any other label, and does not depend on what is said besides', () => {
    fc.assert(
      fc.property(anyLabels, anyLabels, (a, b) => {
        const [one, other] = [anAlert(a), anAlert(b)]
        const isSame = JSON.stringify(sorted(one.labels)) === JSON.stringify(sorted(other.labels))
        expect(signal(one).fingerprint === signal(other).fingerprint).toBe(isSame)
      }),
    )
    const said = anAlert({}, { annotations: { summary: 'Else.' }, status: 'resolved', startsAtMs: 5, endsAtMs: 6 })
    expect(signal(said).fingerprint).toBe(signal(anAlert()).fingerprint)
    const moved = signal(anAlert({ a: 'bc' })).fingerprint
    expect(moved).not.toBe(signal(anAlert({ ab: 'c' })).fingerprint)
  })

  test('takes an empty label for none', () => {
    expect(signal(anAlert({ job: '' }))).toEqual(signal(anAlert()))
  })
})

const sorted = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))

test.each([
  ['critical', 'critical'],
  ['page', 'critical'],
  ['Error', 'critical'],
  ['EMERGENCY', 'critical'],
  ['warning', 'warning'],
  ['Warn', 'warning'],
  ['ticket', 'warning'],
  ['INFO', 'info'],
  ['none', 'info'],
  ['debug', 'info'],
  ['purple', 'warning'],
  ['', 'warning'],
  ['constructor', 'warning'],
  ['__proto__', 'warning'],
])('the severity %j is %s', (severity, expected) => {
  expect(signal(anAlert({ severity })).severity).toBe(expected)
  expect(signal(anAlert()).severity).toBe('warning')
})

describe('the component of an alert', () => {
  const components: AlertSettings['components'] = [
    { labels: { job: 'shop', zone: 'a' }, component: 'mail' },
    { labels: { job: 'shop' }, component: 'web' },
  ]
  const mapped = { components }

  test.each<[string, Record<string, string>, ConfigInput['alerts'], string | null]>([
    ['is that of its label', { component: 'web' }, {}, 'web'],
    [
      'is that of the label that the file names',
      { service: 'web', component: 'mail' },
      { componentLabel: 'service' },
      'web',
    ],
    ['is that of its label before any mapping', { component: 'mail', job: 'shop' }, mapped, 'mail'],
    ['is that of the mapping where its label names none', { component: 'nothing', job: 'shop' }, mapped, 'web'],
    ['is that of the first mapping whose labels it all has', { job: 'shop', zone: 'a' }, mapped, 'mail'],
    ['is that of a later mapping where it lacks one label', { job: 'shop', zone: 'b' }, mapped, 'web'],
    ['is none where nothing fits', { job: 'other' }, mapped, null],
    ['is none where its label names none', { component: 'constructor' }, {}, null],
    ['is none without label and mapping', {}, {}, null],
  ])('%s', (_, labels, alerts, expected) => {
    expect(signal(anAlert(labels), alerts).componentId).toBe(expected)
  })

  test('is none where the mapping names what is gone', () => {
    const settings = { componentLabel: 'component', components, expireAfter: hour }
    expect(signalOf(anAlert({ job: 'shop' }), 'prometheus', settings, () => false, nowMs).componentId).toBeNull()
  })
})

describe('an alert ends', () => {
  test.each([
    ['when that is told', { status: 'resolved', endsAtMs: null }, 'resolved'],
    ['when that is told, whatever its end', { status: 'resolved', endsAtMs: nowMs + hour }, 'resolved'],
    ['when its end is over', { endsAtMs: nowMs - 1 }, 'resolved'],
    ['at its end', { endsAtMs: nowMs }, 'resolved'],
    ['not before its end', { endsAtMs: nowMs + 1 }, 'firing'],
    ['not where nothing is said of an end', {}, 'firing'],
  ] as const)('%s', (_, more, expected) => {
    expect(signal(anAlert({}, more)).status).toBe(expected)
  })

  test('unless it is heard of again, at the end that it gives, else after a while', () => {
    expect(signal(anAlert({}, { endsAtMs: nowMs + 4 * minute })).expiresAtMs).toBe(nowMs + 4 * minute)
    expect(signal(anAlert()).expiresAtMs).toBe(nowMs + 24 * hour)
    expect(signal(anAlert(), { expireAfter: '5m' }).expiresAtMs).toBe(nowMs + 5 * minute)
  })
})

test.each([
  ['its summary', { summary: 'It is down.', description: 'Long.' }, 'It is down.'],
  ['its description', { summary: '', description: 'Long.', message: 'Else.' }, 'Long.'],
  ['its message', { message: 'Else.' }, 'Else.'],
  ['its name', {}, 'Down'],
  ['one line', { summary: ' It is\r\n\t down.\u2028 ' }, 'It is down.'],
  ['something', { summary: '\0 \n' }, 'An alert without words.'],
  ['well-formed text', { summary: 'a\0b\ud800' }, 'ab\ufffd'],
  ['500 characters', { summary: `${'x'.repeat(498)}😀😀` }, `${'x'.repeat(498)}\ufffd…`],
])('an alert says %s', (_, annotations, expected) => {
  expect(signal(anAlert({}, { annotations })).summary).toBe(expected)
})

describe('nothing can be made of an alert', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${n}`, 'x']))

  test.each([
    ['without a name', { alertname: '' }, 'alertname'],
    ['with 200 labels', many(200), 'more than 100 labels'],
    ['with a value of 5,000 characters', { job: 'x'.repeat(5_000) }, 'label job that'],
    ['with a NUL in a value', { job: 'a\0b' }, 'label job that'],
    ['with half a character in a value', { job: 'a\udc00' }, 'label job that'],
    ['with a NUL in a name', { 'j\0b': 'x' }, 'label jb that'],
    ['with half a character in a name', { 'job\ud800': 'x' }, 'label job\ufffd that'],
    ['with a name without end', { ['x'.repeat(5_000)]: 'x' }, `label ${'x'.repeat(49)}… that`],
    ['with a label without a name', { '': 'x' }, 'is none'],
  ])('%s', (_, labels, reason) => {
    expect(problemOf(anAlert(labels))).toContain(reason)
  })

  test('that ends when no calendar does', () => {
    expect(problemOf(anAlert({}, { endsAtMs: 8.64e15 + 1 }))).toBe('ends at no instant')
  })

  test('but of one with 100 labels, long values and names as OpenTelemetry gives them', () => {
    for (const labels of [many(99), { job: 'x'.repeat(2_000) }, { 'service.name': 'größe' }, { constructor: 'x' }]) {
      expect(problemOf(anAlert(labels))).toBeNull()
      expect(signal(anAlert(labels)).labels).toEqual({ alertname: 'Down', ...labels })
    }
  })
})
