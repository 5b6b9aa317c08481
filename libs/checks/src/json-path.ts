const step = /\.([A-Za-z_$][\w$-]*)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/y

/** The value at a path such as `$.services[0]['up-time'].ok`; undefined when nothing is there or the path is no path. */
export function valueAt(root: unknown, path: string): unknown {
  if (!path.startsWith('$')) return undefined
  let value = root
  let at = 1
  while (at < path.length) {
    step.lastIndex = at
    const match = step.exec(path)
    if (!match) return undefined
    const key = match[1] ?? match[2] ?? match[3] ?? match[4] ?? ''
    if (typeof value !== 'object' || value === null || !Object.prototype.propertyIsEnumerable.call(value, key))
      return undefined
    value = (value as Record<string, unknown>)[key]
    at = step.lastIndex
  }
  return value
}
