import iconv from 'iconv-lite'
import { FREQUENT_SIMPLIFIED, FREQUENT_TRADITIONAL } from './frequent-hanzi.ts'

/** Encodings of East Asia that are told apart. Only Big5 is read without being named. */
export type Legacy = 'big5' | 'gb18030' | 'shift_jis' | 'euc-jp' | 'euc-kr'

/** Part of the characters of an encoding: how much of a text lies in it, and how many code points it has. */
interface Part {
  readonly share: number
  readonly size: number
}

interface Model {
  readonly name: Legacy
  /** how much likelier than others it is before anything is read, as a logarithm */
  readonly prior: number
  readonly isLead: (byte: number) => boolean
  readonly isTrail: (byte: number) => boolean
  /** bytes that are characters by themselves */
  readonly single: (byte: number) => Part | undefined
  readonly pair: (code: number) => Part | undefined
  /** parts that a text in this encoding is nearly wholly made of */
  readonly common: ReadonlySet<Part>
}

const within = (from: number, to: number) => (value: number) => value >= from && value <= to
const isHigh = within(0xa1, 0xfe)
const BROKEN: Part = { share: 0.002, size: 256 }
const NEVER = () => undefined

function codesOf(text: string, encoding: string): Set<number> {
  const bytes = iconv.encode([...new Set(text)].join(''), encoding)
  return new Set(Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(i * 2)))
}

/** The first range that holds a code says its part; frequent characters stand before all. */
function pairParts(ranges: readonly (readonly [number, number, Part])[], frequent?: readonly [Set<number>, Part]) {
  return (code: number) =>
    frequent?.[0].has(code) ? frequent[1] : ranges.find(([from, to]) => code >= from && code <= to)?.[2]
}

function chinese(
  name: 'big5' | 'gb18030',
  prior: number,
  isTrail: Model['isTrail'],
  ranges: readonly (readonly [number, number, Part])[],
  frequent: readonly [Set<number>, Part],
): Model {
  const common = new Set([frequent[1], ...ranges.slice(0, 2).map(([, , part]) => part)])
  const pair = pairParts(ranges, frequent)
  return { name, prior, isLead: within(0x81, 0xfe), isTrail, single: NEVER, pair, common }
}

function bigFive(): Model {
  const frequent = codesOf(FREQUENT_TRADITIONAL, 'cp950')
  const isTrail = (byte: number) => within(0x40, 0x7e)(byte) || isHigh(byte)
  const ranges = [
    [0xa440, 0xc67e, { share: 0.4, size: 5401 }],
    [0xa140, 0xa3fe, { share: 0.07, size: 408 }],
    [0xc940, 0xf9fe, { share: 0.02, size: 7690 }],
    [0x8140, 0xfefe, { share: 0.008, size: 6217 }],
  ] as const
  return chinese('big5', 0, isTrail, ranges, [frequent, { share: 0.5, size: frequent.size }])
}

function mainland(): Model {
  const frequent = codesOf(FREQUENT_SIMPLIFIED, 'gb18030')
  const isTrail = (byte: number) => within(0x40, 0xfe)(byte) && byte !== 0x7f
  // Rows of 94 characters in the middle of a plane of 190: what is left of and between them is its extension.
  const inRow = (code: number) => isHigh(code & 0xff)
  const ranges = [
    [0xb0a1, 0xd7f9, { share: 0.4, size: 3755 }],
    [0xa1a1, 0xa9fe, { share: 0.07, size: 846 }],
    [0xd8a1, 0xf7fe, { share: 0.02, size: 3008 }],
  ] as const
  const extension: Part = { share: 0.008, size: 14_000 }
  const model = chinese('gb18030', -3, isTrail, ranges, [frequent, { share: 0.5, size: frequent.size }])
  return { ...model, pair: (code) => (inRow(code) ? model.pair(code) : undefined) ?? extension }
}

function shiftJis(): Model {
  const isLead = (byte: number) => within(0x81, 0x9f)(byte) || within(0xe0, 0xfc)(byte)
  const kana = { share: 0.6, size: 169 }
  const levelOne = { share: 0.27, size: 2965 }
  const signs = { share: 0.1, size: 210 }
  const half = { share: 0.01, size: 63 }
  const ranges = [
    [0x829f, 0x8396, kana],
    [0x889f, 0x9872, levelOne],
    [0x8140, 0x829a, signs],
    [0x989f, 0xfcfc, { share: 0.02, size: 3390 }],
  ] as const
  const isTrail = (byte: number) => within(0x40, 0xfc)(byte) && byte !== 0x7f
  const single = (byte: number) => (within(0xa1, 0xdf)(byte) ? half : undefined)
  return {
    name: 'shift_jis',
    prior: -5,
    isLead,
    isTrail,
    single,
    pair: pairParts(ranges),
    common: new Set([kana, levelOne, signs, half]),
  }
}

/** Encodings of rows of 94 by 94. */
function extendedUnix(
  name: 'euc-jp' | 'euc-kr',
  prior: number,
  ranges: readonly (readonly [number, number, Part])[],
): Model {
  const common = new Set(ranges.slice(0, -1).map(([, , part]) => part))
  return { name, prior, isLead: isHigh, isTrail: isHigh, single: NEVER, pair: pairParts(ranges), common }
}

let models: readonly Model[] | undefined
const allModels = (): readonly Model[] => [
  bigFive(),
  mainland(),
  shiftJis(),
  extendedUnix('euc-jp', -6, [
    [0xa4a1, 0xa5f6, { share: 0.6, size: 169 }],
    [0xb0a1, 0xcfd3, { share: 0.28, size: 2965 }],
    [0xa1a1, 0xa3fe, { share: 0.1, size: 250 }],
    [0xd0a1, 0xf4a6, { share: 0.02, size: 3390 }],
  ]),
  extendedUnix('euc-kr', -5, [
    [0xb0a1, 0xc8fe, { share: 0.88, size: 2350 }],
    [0xa1a1, 0xacfe, { share: 0.08, size: 986 }],
    [0xcaa1, 0xfdfe, { share: 0.03, size: 4888 }],
  ]),
]

interface Read {
  readonly name: Legacy
  /** logarithm of how likely the encoding writes these bytes */
  readonly score: number
  readonly characters: number
  readonly commonShare: number
  readonly brokenShare: number
}

function read(bytes: Uint8Array, model: Model): Read {
  let [score, characters, common, broken] = [model.prior, 0, 0, 0]
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (byte < 0x80) continue
    const trail = bytes[i + 1]
    // The last byte of a sample may be the first half of a character.
    if (trail === undefined && model.isLead(byte)) break
    const isPair = model.isLead(byte) && trail !== undefined && model.isTrail(trail)
    const part = isPair ? model.pair((byte << 8) | trail) : model.single(byte)
    if (isPair && part) i++
    const { share, size } = part ?? BROKEN
    score += Math.log(share / size)
    characters++
    if (part && model.common.has(part)) common++
    if (!part) broken++
  }
  const total = Math.max(characters, 1)
  return { name: model.name, score, characters, commonShare: common / total, brokenShare: broken / total }
}

/** How much likelier (e to this power) the best reading must be than the next. */
const MIN_MARGIN = 2
const MIN_COMMON_SHARE = 0.8
const MAX_BROKEN_SHARE = 0.1
/** So many broken characters may be slips however short the text is. */
const FEW_BROKEN = 2

/**
 * Which encoding text that is no UTF-8 is in: by how often the characters it is then made of are used, counted over
 * those that are not ASCII. `unsure`: two fit about as well, likelier first. `none` fits.
 */
export function guessEncoding(
  bytes: Uint8Array,
): { readonly is: Legacy } | { readonly unsure: readonly Legacy[] } | { readonly none: true } {
  models ??= allModels()
  const reads = models.map((model) => read(bytes, model)).sort((a, b) => b.score - a.score)
  const fitting = reads.filter(isPlausible)
  const [best, next] = fitting
  if (!best) return { none: true }
  return next && best.score - next.score < MIN_MARGIN ? { unsure: [best.name, next.name] } : { is: best.name }
}

function isPlausible({ characters, commonShare, brokenShare }: Read): boolean {
  const isWhole = brokenShare <= MAX_BROKEN_SHARE || (brokenShare * characters <= FEW_BROKEN && brokenShare <= 0.5)
  return isWhole && commonShare >= MIN_COMMON_SHARE * (1 - brokenShare)
}

/** Whether these characters, which are also UTF-8 for signs of the West, are frequent ones in Big5. */
export function areFrequentBigFive(bytes: Uint8Array): boolean {
  const frequent = codesOf(FREQUENT_TRADITIONAL, 'cp950')
  const high = bytes.filter((byte) => byte >= 0x80)
  if (high.length % 2 === 1) return false
  for (let i = 0; i < high.length; i += 2) if (!frequent.has(((high[i] ?? 0) << 8) | (high[i + 1] ?? 0))) return false
  return true
}
