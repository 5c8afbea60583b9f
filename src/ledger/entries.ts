import { assert } from '../base/assert.ts'

const LENGTH_BYTES = 2
/** Longest entry the format can hold (C2SP tlog-tiles). */
export const MAX_ENTRY_BYTES = 65_535

/** Writes entries as a bundle: each as its length in two bytes, big-endian, and its bytes. */
export function encodeEntries(entries: readonly Buffer[]): Buffer {
  const bundle = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    assert(entry.length <= MAX_ENTRY_BYTES, 'an entry fits its length field')
    bundle.writeUInt16BE(entry.length, at)
    bundle.set(entry, at + LENGTH_BYTES)
    at += LENGTH_BYTES + entry.length
  }
  return bundle
}

/**
 * Where each entry of a bundle starts and ends, `count` pairs. Undefined when the bundle does not hold exactly `count`
 * whole entries.
 */
export function entryBounds(bundle: Buffer, count: number): Int32Array | undefined {
  const bounds = new Int32Array(2 * count)
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + LENGTH_BYTES > bundle.length) return undefined
    const start = at + LENGTH_BYTES
    at = start + bundle.readUInt16BE(at)
    bounds[2 * i] = start
    bounds[2 * i + 1] = at
  }
  return at === bundle.length ? bounds : undefined
}
