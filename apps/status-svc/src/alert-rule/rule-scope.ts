import type { AlertRule } from '@akashic/config'
import type { ComponentDirectory, ComponentRecord } from '../component/component.ts'

/** The components that a rule is about: those that it names, and those of its groups; all when it names neither. */
export type RuleScope = (rule: Pick<AlertRule, 'components' | 'groups'>) => readonly ComponentRecord[]

/** The scope of rules among the components as they are now. */
export function scopeAmong(components: Pick<ComponentDirectory, 'shown' | 'get'>): RuleScope {
  const all = components.shown()
  let groups: ReadonlyMap<string, readonly ComponentRecord[]> | undefined
  const inGroup = (name: string) => {
    groups ??= Map.groupBy(all, ({ spec }) => spec.group)
    return groups.get(name) ?? []
  }
  return (rule) => {
    if (!rule.components && !rule.groups) return all
    const named = (rule.components ?? []).flatMap((id) => components.get(id) ?? [])
    return [...new Set([...named, ...(rule.groups ?? []).flatMap(inGroup)])]
  }
}
