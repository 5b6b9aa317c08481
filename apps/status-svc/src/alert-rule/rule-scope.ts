import type { AlertRule } from '@akashic/config'
import type { ComponentDirectory, ComponentRecord } from '../component/component.ts'

/** The components that a rule is about: those that it names, and those of its groups; all when it names neither. A rule about
 *  checks is about no component that has none: it would be unknown for ever. */
export type RuleScope = (rule: AlertRule) => readonly ComponentRecord[]

/** The scope of rules among the components as they are now. */
export function scopeAmong(components: Pick<ComponentDirectory, 'shown' | 'get'>): RuleScope {
  const all = components.shown()
  let groups: ReadonlyMap<string, readonly ComponentRecord[]> | undefined
  const inGroup = (name: string) => {
    groups ??= Map.groupBy(all, ({ spec }) => spec.group)
    return groups.get(name) ?? []
  }
  const named = (rule: AlertRule): readonly ComponentRecord[] => {
    if (!rule.components && !rule.groups) return all
    const byId = (rule.components ?? []).flatMap((id) => components.get(id) ?? [])
    return [...new Set([...byId, ...(rule.groups ?? []).flatMap(inGroup)])]
  }
  const isAboutEvents = (rule: AlertRule) => 'event' in rule && rule.event !== undefined
  return (rule) => (isAboutEvents(rule) ? named(rule) : named(rule).filter(({ spec }) => spec.checks.length > 0))
}
