import type { TopicChange, TopicDefinition } from './event-bus.ts'

/** What `wanted` asks of the topic that is there. Partitions are never taken away. */
export function topicChange(wanted: TopicDefinition, present: TopicDefinition | undefined): TopicChange {
  const { name, partitions, retentionMs } = wanted
  const changed = (change: TopicChange['change'], detail: string): TopicChange => ({ name, change, detail })
  if (!present) return changed('create', `${counted(partitions)}, kept for ${inWords(retentionMs)}`)
  const retention = `kept for ${inWords(present.retentionMs)} → ${inWords(retentionMs)}`
  const isKeptOtherwise = present.retentionMs !== retentionMs
  if (present.partitions < partitions) {
    const more = `${present.partitions} → ${counted(partitions)}: from here on a subject may be in another one`
    return changed('add_partitions', isKeptOtherwise ? `${more}; ${retention}` : more)
  }
  if (isKeptOtherwise) return changed('change_retention', retention)
  const surplus = present.partitions > partitions ? `, more than the ${partitions} asked for` : ''
  return changed('none', `${counted(present.partitions)}${surplus}, kept for ${inWords(retentionMs)}`)
}

const counted = (partitions: number): string => `${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`

function inWords(ms: number): string {
  const hours = ms / 3_600_000
  return hours % 24 === 0 ? `${hours / 24} d` : hours >= 1 ? `${Number(hours.toFixed(1))} h` : `${ms} ms`
}
