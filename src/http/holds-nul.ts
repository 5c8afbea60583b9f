/** Whether any text in a parsed value holds U+0000. Walks without recursion: a body may be nested as deep as it is long. */
export function holdsNul(value: unknown): boolean {
  const left: unknown[] = [value]
  while (left.length > 0) {
    const each = left.pop()
    if (typeof each === 'string') {
      if (each.includes('\0')) return true
    } else if (typeof each === 'object' && each !== null) {
      for (const [name, inner] of Object.entries(each)) left.push(name, inner)
    }
  }
  return false
}
