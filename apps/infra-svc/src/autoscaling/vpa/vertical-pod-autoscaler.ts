import { quantity, trimMeta, type Meta, type Reference } from '@akashic/kubernetes'
import { z } from 'zod'
import type { ResourceName } from '../amounts.ts'

const amounts = z.record(z.string(), z.union([z.string(), z.number()])).nullish()

const containerPolicy = z.object({
  containerName: z.string().default('*'),
  mode: z.string().nullish(),
  minAllowed: amounts,
  maxAllowed: amounts,
  controlledResources: z.array(z.string()).nullish(),
  controlledValues: z.string().nullish(),
})

export const vpaSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    targetRef: z.object({ apiVersion: z.string().nullish(), kind: z.string(), name: z.string() }).nullish(),
    updatePolicy: z.object({ updateMode: z.string().nullish() }).nullish(),
    resourcePolicy: z.object({ containerPolicies: z.array(containerPolicy).nullish() }).nullish(),
  }),
})

export interface ContainerPolicy {
  /** `*` for all that have no policy of their own. */
  readonly container: string
  readonly isOff: boolean
  /** Cores and bytes; null where there is no bound. */
  readonly minAllowed: Readonly<Record<ResourceName, number | null>>
  readonly maxAllowed: Readonly<Record<ResourceName, number | null>>
  readonly controls: readonly string[]
  /** Whether limits are moved along with requests. */
  readonly movesLimits: boolean
}

/** A VerticalPodAutoscaler, which the cluster knows only where its CRD is installed. */
export interface VerticalPodAutoscaler extends Meta {
  readonly kind: 'VerticalPodAutoscaler'
  readonly target: Reference & { readonly apiVersion: string }
  /** As written; '' where it is left to the default. */
  readonly updateMode: string
  readonly policies: readonly ContainerPolicy[]
  /** As it was sent: only quoted and sent back. */
  readonly spec: object
}

/** Null for what is no such object. */
export function trimVpa(raw: unknown): VerticalPodAutoscaler | null {
  const parsed = vpaSchema.safeParse(raw)
  const target = parsed.data?.spec.targetRef
  if (!parsed.success || !target) return null
  const { metadata, spec } = parsed.data
  const { namespace } = metadata
  return {
    ...{ ...trimMeta(raw), kind: 'VerticalPodAutoscaler' },
    target: { apiVersion: target.apiVersion ?? '', kind: target.kind, namespace, name: target.name },
    updateMode: spec.updatePolicy?.updateMode ?? '',
    policies: (spec.resourcePolicy?.containerPolicies ?? []).map((policy) => ({
      container: policy.containerName,
      isOff: policy.mode === 'Off',
      minAllowed: bounds(policy.minAllowed),
      maxAllowed: bounds(policy.maxAllowed),
      controls: policy.controlledResources ?? ['cpu', 'memory'],
      movesLimits: policy.controlledValues !== 'RequestsOnly',
    })),
    spec: (raw as { spec: object }).spec,
  }
}

const bounds = (given: z.infer<typeof amounts>): ContainerPolicy['minAllowed'] => ({
  cpu: quantity(text(given?.['cpu'])),
  memory: quantity(text(given?.['memory'])),
})

const text = (value: string | number | undefined): string | undefined =>
  value === undefined ? undefined : String(value)

const everything: ContainerPolicy = {
  ...{ container: '*', isOff: false, controls: ['cpu', 'memory'], movesLimits: true },
  ...{ minAllowed: { cpu: null, memory: null }, maxAllowed: { cpu: null, memory: null } },
}

/** The policy of a container: its own, that of all others, or none that bounds it. */
export const policyOf = ({ policies }: VerticalPodAutoscaler, container: string): ContainerPolicy =>
  policies.find((each) => each.container === container) ?? policies.find((each) => each.container === '*') ?? everything

/** Whether it writes what containers ask for, or only recommends. */
export const acts = ({ updateMode }: VerticalPodAutoscaler): boolean => updateMode !== 'Off'
