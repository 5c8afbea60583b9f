import iconv from 'iconv-lite'

const LEAD_FIRST = 0x81
const TRAIL_LOW = [0x40, 0x7e] as const
const TRAIL_HIGH = [0xa1, 0xfe] as const
const TRAILS_PER_LEAD = 157
const REPLACEMENT = 0xfffd

// Windows code page 950's user-defined ranges and where its private-use characters begin. Offices keep rare characters
// of names there; the usual decoders drop them.
const USER_DEFINED = [
  { from: 0xfa40, to: 0xfefe, privateUse: 0xe000 },
  { from: 0x8e40, to: 0xa0fe, privateUse: 0xe311 },
  { from: 0x8140, to: 0x8dfe, privateUse: 0xeeb8 },
  { from: 0xc6a1, to: 0xc8fe, privateUse: 0xf6b1 },
] as const

/** Position of a trail byte among the 157 a lead byte can have, or -1. */
function trailIndex(trail: number): number {
  if (trail >= TRAIL_LOW[0] && trail <= TRAIL_LOW[1]) return trail - TRAIL_LOW[0]
  if (trail >= TRAIL_HIGH[0] && trail <= TRAIL_HIGH[1]) return trail - TRAIL_HIGH[0] + (TRAIL_LOW[1] - TRAIL_LOW[0] + 1)
  return -1
}

function userDefined(code: number): number | undefined {
  const range = USER_DEFINED.find(({ from, to }) => code >= from && code <= to)
  if (!range) return undefined
  const offset = (value: number) => ((value >> 8) - LEAD_FIRST) * TRAILS_PER_LEAD + trailIndex(value & 0xff)
  return range.privateUse + offset(code) - offset(range.from)
}

let table: Uint16Array | undefined

// One UTF-16 unit for each byte pair; code page 950 stays within the basic plane.
function buildTable(): Uint16Array {
  const built = new Uint16Array(0x10000).fill(REPLACEMENT)
  for (let lead = LEAD_FIRST; lead <= 0xfe; lead++) {
    for (let trail = TRAIL_LOW[0]; trail <= TRAIL_HIGH[1]; trail++) {
      if (trailIndex(trail) === -1) continue
      const code = (lead << 8) | trail
      const text = iconv.decode(Buffer.from([lead, trail]), 'cp950')
      const known = text.length === 1 && text.charCodeAt(0) !== REPLACEMENT
      built[code] = known ? text.charCodeAt(0) : (userDefined(code) ?? REPLACEMENT)
    }
  }
  return built
}

/**
 * A streaming decoder for Big5 as Windows writes it (code page 950), to UTF-8. User-defined characters become the
 * private-use characters Windows shows them as; bytes that mean nothing become U+FFFD, and the byte after them is kept.
 * What is decoded is valid until more is decoded.
 */
export function big5Decoder(): { decode(bytes: Uint8Array): Buffer; end(): Buffer } {
  table ??= buildTable()
  const units = table
  let pendingLead = 0
  let out = Buffer.alloc(0)
  let length = 0
  const put = (unit: number): void => {
    if (unit < 0x80) out[length++] = unit
    else if (unit < 0x800) out[length++] = 0xc0 | (unit >> 6)
    else {
      out[length++] = 0xe0 | (unit >> 12)
      out[length++] = 0x80 | ((unit >> 6) & 0x3f)
    }
    if (unit >= 0x80) out[length++] = 0x80 | (unit & 0x3f)
  }
  const putPair = (lead: number, trail: number): void => {
    const unit = units[(lead << 8) | trail] ?? REPLACEMENT
    put(unit)
    // A line end after a broken lead byte must stay a line end.
    if (unit === REPLACEMENT && trail < 0x80) put(trail)
  }
  const decode = (bytes: Uint8Array): Buffer => {
    // Every character lies in the basic plane: three bytes at most, made of one or two.
    if (out.length < bytes.length * 3 + 4) out = Buffer.allocUnsafe(bytes.length * 3 + 4)
    length = 0
    let i = 0
    if (pendingLead !== 0 && bytes.length > 0) {
      putPair(pendingLead, bytes[i++] ?? 0)
      pendingLead = 0
    }
    while (i < bytes.length) {
      const byte = bytes[i++] ?? 0
      if (byte < 0x80) out[length++] = byte
      else if (byte < LEAD_FIRST || byte > 0xfe) put(REPLACEMENT)
      else if (i < bytes.length) putPair(byte, bytes[i++] ?? 0)
      else pendingLead = byte
    }
    return out.subarray(0, length)
  }
  const end = () => Buffer.from(pendingLead === 0 ? '' : '\ufffd')
  return { decode, end }
}
