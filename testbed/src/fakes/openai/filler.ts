const partBytes = 65_536
const defaultBytes = 10_000_000

/** Letters, in parts that are so many bytes together. */
export function* fillerOf(bytes = defaultBytes): Iterable<Buffer> {
  const part = Buffer.alloc(partBytes, 'x')
  for (let left = bytes; left > 0; left -= part.length) yield part.subarray(0, left)
}
