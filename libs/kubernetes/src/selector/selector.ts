import { at, listAt, mapAt, textAt, textsAt, type Raw, type Texts } from '../resource/raw.ts'

export interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

/** A label selector of the API: all of it must hold. An empty one selects everything. */
export interface LabelSelector {
  readonly labels: Texts
  readonly expressions: readonly Requirement[]
}

export function trimSelector(raw: Raw): LabelSelector {
  return {
    labels: mapAt(raw, 'matchLabels'),
    expressions: listAt(raw, 'matchExpressions').map((expression) => ({
      key: textAt(expression, 'key'),
      operator: textAt(expression, 'operator'),
      values: textsAt(expression, 'values'),
    })),
  }
}

/** A selector that may be left out, which differs from an empty one. */
export function trimOptionalSelector(raw: Raw, field: string): LabelSelector | null {
  const selector = at(raw, field)
  return selector === undefined || selector === null ? null : trimSelector(selector)
}

export const selectorOfLabels = (labels: Texts): LabelSelector => ({ labels, expressions: [] })

export function isEmptySelector({ labels, expressions }: LabelSelector): boolean {
  return expressions.length === 0 && Object.keys(labels).length === 0
}

/** Whether labels satisfy a selector; source: the API's LabelSelector. An operator that is not known selects nothing. */
export function selects({ labels, expressions }: LabelSelector, of: Texts): boolean {
  for (const [key, value] of Object.entries(labels)) if (of[key] !== value) return false
  return expressions.every((expression) => holds(expression, of))
}

function holds({ key, operator, values }: Requirement, of: Texts): boolean {
  const value = Object.hasOwn(of, key) ? of[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}

/** As kubectl's `-l` takes it. */
export function selectorText({ labels, expressions }: LabelSelector): string {
  const parts = [
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...expressions.map(({ key, operator, values }) => {
      if (operator === 'Exists') return key
      if (operator === 'DoesNotExist') return `!${key}`
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`
    }),
  ]
  return parts.join(',')
}
