import type { ComponentDirectory } from '../../component/component.ts'
import type { ListResponseTimes, ResponseTimePoint } from '../../uptime/response-times.ts'
import { readResponseTimes } from './store.ts'

/** Response times from the five-minute roll-ups, of the components that `directory` knows. */
export function createListResponseTimes(directory: ComponentDirectory): ListResponseTimes {
  return async (db, componentIds, fromMs, toMs) => {
    const idByNum = new Map<number, string>()
    for (const id of componentIds) {
      const component = directory.get(id)
      if (component) idByNum.set(component.num, id)
    }
    const points = new Map<string, ResponseTimePoint[]>(componentIds.map((id) => [id, []]))
    for (const row of await readResponseTimes(db, [...idByNum.keys()], fromMs, toMs)) {
      points
        .get(idByNum.get(row.component_num)!)!
        .push({ atMs: row.at.getTime(), meanMs: row.mean_ms, maxMs: row.max_ms })
    }
    return points
  }
}
