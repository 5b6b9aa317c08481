import type {
  CircuitState,
  FailureAction,
  FailureClass,
  Health,
  RequestState,
} from './generated/akashic-ai-health-v1.ts'
import { wordOf } from './incident-names.ts'

/** The words of REST, events and the database. What a newer peer made up is read as the least certain or the graver. */
const healths = ['healthy', 'degraded', 'failed', 'unknown'] as const
const failureClasses = [
  'rate_limit_exceeded',
  'quota_exhausted',
  'bad_credentials',
  'model_unavailable',
  'invalid_request',
  'api_connection_failed',
  'overloaded',
  'invalid_response',
] as const
const circuitStates = ['closed', 'open', 'half_open'] as const
const failureActions = ['retry_with_backoff', 'switched_to_backup', 'all_services_failed'] as const
const requestStates = ['pending', 'running', 'succeeded', 'failed', 'uncertain', 'expired'] as const

export type HealthName = (typeof healths)[number]
export type FailureClassName = (typeof failureClasses)[number]
export type CircuitStateName = (typeof circuitStates)[number]
export type FailureActionName = (typeof failureActions)[number]
export type RequestStateName = (typeof requestStates)[number]

export const aiNames = { healths, failureClasses, circuitStates, failureActions, requestStates } as const

const upper = <Name extends string>(name: Name) => name.toUpperCase() as Uppercase<Name>

export const healthFromProto = (health: Health): HealthName => wordOf(healths, 'HEALTH_', health, 'unknown')
export const healthToProto = (name: HealthName): Health => `HEALTH_${upper(name)}`

/** Null where none is set. */
export const failureClassFromProto = (given: FailureClass): FailureClassName | null =>
  given === 'FAILURE_CLASS_UNSPECIFIED'
    ? null
    : wordOf(failureClasses, 'FAILURE_CLASS_', given, 'api_connection_failed')
export const failureClassToProto = (name: FailureClassName | null): FailureClass =>
  name === null ? 'FAILURE_CLASS_UNSPECIFIED' : `FAILURE_CLASS_${upper(name)}`

export const circuitStateFromProto = (state: CircuitState): CircuitStateName =>
  wordOf(circuitStates, 'CIRCUIT_STATE_', state, 'open')
export const circuitStateToProto = (name: CircuitStateName): CircuitState => `CIRCUIT_STATE_${upper(name)}`

export const failureActionFromProto = (action: FailureAction): FailureActionName =>
  wordOf(failureActions, 'FAILURE_ACTION_', action, 'all_services_failed')
export const failureActionToProto = (name: FailureActionName): FailureAction => `FAILURE_ACTION_${upper(name)}`

/** Null where none is set. */
export const requestStateFromProto = (state: RequestState): RequestStateName | null =>
  state === 'REQUEST_STATE_UNSPECIFIED' ? null : wordOf(requestStates, 'REQUEST_STATE_', state, 'uncertain')
export const requestStateToProto = (name: RequestStateName | null): RequestState =>
  name === null ? 'REQUEST_STATE_UNSPECIFIED' : `REQUEST_STATE_${upper(name)}`
