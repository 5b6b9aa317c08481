import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { generatedFiles } from '../scripts/generated-files.ts'
import { typesOf } from '../scripts/types-of.ts'
import * as proto from './index.ts'
import { statusFromProto, statusService, statusToProto, visibilityFromProto, visibilityToProto } from './index.ts'
import type { ComponentState, Severity, StateInterval, Status, WatchStatusResponse } from './index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

describe('the generated types', () => {
  test('are those of the .proto files', async () => {
    for (const [name, text] of await generatedFiles(root)) {
      expect(await readFile(`${root}/src/generated/${name}`, 'utf8')).toBe(text)
    }
  })

  test('say what may be absent, what repeats, and how a method is called', () => {
    const { root: parsed } = protobuf.parse(
      `syntax = "proto3"; package a.v1;
       service Lamp { rpc SwitchOn(On) returns (stream On); }
       enum Color { COLOR_UNSPECIFIED = 0; COLOR_RED = 1; }
       message On { int64 at_ms = 1; optional double level = 2; repeated Color colors = 3; On inner = 4; map<string, bool> by = 5; optional On last = 6; }`,
    )
    parsed.nestedArray.forEach(function mark(object: protobuf.ReflectionObject): void {
      object.filename = 'a.proto'
      if (object instanceof protobuf.Namespace) object.nestedArray.forEach(mark)
    })
    const text = typesOf(parsed, ['a.proto'])
    expect(text).toContain("switchOn: { kind: 'server-stream'; request: On; response: On }")
    expect(text).toContain("export type Color = 'COLOR_UNSPECIFIED' | 'COLOR_RED'")
    for (const field of [
      'atMs: number',
      'level?: number',
      'colors: Color[]',
      'inner?: On | null',
      'last?: On',
      'by: Record<string, boolean>',
    ]) {
      expect(text).toContain(`  ${field}\n`)
    }
  })
})

describe('a message over the wire', () => {
  const { responseSerialize, responseDeserialize } = statusService['WatchStatus']!
  const across = (message: WatchStatusResponse): WatchStatusResponse =>
    responseDeserialize(responseSerialize(message)) as WatchStatusResponse

  const state: ComponentState = {
    id: 'web',
    name: 'Web',
    group: '',
    description: '',
    critical: true,
    visibility: 'VISIBILITY_PUBLIC',
    status: 'STATUS_OUTAGE',
    sinceMs: 1_800_000_000_123,
    position: 0,
  }
  const response: WatchStatusResponse = {
    isFull: true,
    components: [state],
    removedIds: [],
    overall: 'STATUS_OUTAGE',
    overallSinceMs: 1_800_000_000_123,
    uptime: null,
    generatedAtMs: 0,
    asOfMs: 0,
    asOfAgeMs: 0,
    isBlind: false,
    overallInternal: 'STATUS_OUTAGE',
    toldVersion: 0,
  }

  test('is what its type says: numbers, names, and absent where absent', () => {
    expect(across(response)).toEqual(response)
    expect(across(response).components[0]).not.toHaveProperty('responseTimeMs')
  })

  test('tells an absent figure from zero', () => {
    const [component] = across({ ...response, components: [{ ...state, responseTimeMs: 0, error: '' }] }).components
    expect(component).toMatchObject({ responseTimeMs: 0, error: '' })
  })

  test('keeps every instant to the millisecond', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (asOfMs) => {
        expect(across({ ...response, asOfMs }).asOfMs).toBe(asOfMs)
      }),
    )
  })

  test('tells an interval that lasts from one that ended at zero', () => {
    const history = statusService['ListHistory']!
    const interval: StateInterval = { status: 'STATUS_DEGRADED', fromMs: 5, isFlapping: false }
    const intervals = [interval, { ...interval, toMs: 0, originalStatus: 'STATUS_OUTAGE' as const }]
    const bytes = history.responseSerialize({ intervals, nextCursor: '' })
    expect(history.responseDeserialize(bytes)).toEqual({ intervals, nextCursor: '' })
  })
})

describe('names', () => {
  test('of states come back as they were', () => {
    for (const name of ['operational', 'degraded', 'partial_outage', 'outage', 'maintenance', 'unknown'] as const) {
      expect(statusFromProto(statusToProto(name))).toBe(name)
    }
    expect(statusToProto('partial_outage')).toBe('STATUS_PARTIAL_OUTAGE')
  })

  test('of states that were not set, or that a newer peer made up, are unknown', () => {
    expect(statusFromProto('STATUS_UNSPECIFIED')).toBe('unknown')
    expect(statusFromProto(17 as unknown as Status)).toBe('unknown')
  })

  test('of visibility come back as they were, and what was not set is internal', () => {
    for (const name of ['public', 'internal'] as const) expect(visibilityFromProto(visibilityToProto(name))).toBe(name)
    expect(visibilityFromProto('VISIBILITY_UNSPECIFIED')).toBe('internal')
  })

  test('of incidents and maintenance come back as they were', () => {
    const { incidentNames: names } = proto
    const across = <Word, Value>(words: readonly Word[], to: (word: Word) => Value, from: (value: Value) => Word) =>
      expect(words.map((word) => from(to(word)))).toEqual(words)
    across(names.severities, proto.severityToProto, proto.severityFromProto)
    across(names.incidentStatuses, proto.incidentStatusToProto, proto.incidentStatusFromProto)
    across(names.visibilities, proto.incidentVisibilityToProto, proto.incidentVisibilityFromProto)
    across(names.impacts, proto.impactToProto, proto.impactFromProto)
    across(names.updateStates, proto.updateStateToProto, proto.updateStateFromProto)
    across(names.maintenanceStatuses, proto.maintenanceStatusToProto, proto.maintenanceStatusFromProto)
    expect(proto.severityToProto('SEV-2')).toBe('SEVERITY_SEV_2')
  })

  test('of alerts come back as they were, and what was not set is the graver', () => {
    const { alertNames: names } = proto
    const statuses = names.statuses.map((name) => proto.alertStatusFromProto(proto.alertStatusToProto(name)))
    const severities = names.severities.map((name) => proto.alertSeverityFromProto(proto.alertSeverityToProto(name)))
    expect([statuses, severities]).toEqual([names.statuses, names.severities])
    expect(proto.alertStatusFromProto('ALERT_STATUS_UNSPECIFIED')).toBe('firing')
    expect(proto.alertSeverityFromProto('ALERT_SEVERITY_UNSPECIFIED')).toBe('critical')
  })

  test('of incidents that were not set, or that a newer peer made up, are the graver and the less visible', () => {
    expect(proto.severityFromProto('SEVERITY_UNSPECIFIED')).toBe('SEV-1')
    expect(proto.severityFromProto(9 as unknown as Severity)).toBe('SEV-1')
    expect(proto.incidentVisibilityFromProto('INCIDENT_VISIBILITY_UNSPECIFIED')).toBe('restricted')
    expect(proto.updateStateFromProto('UPDATE_STATE_UNSPECIFIED')).toBe('draft')
  })
})
