import { SourceFailure } from './failure.ts'
import { areFrequentBigFive, guessEncoding, type Legacy } from './guess-encoding.ts'
import { isMostlyUtf8, type Utf8Share, utf8Share } from './utf8-share.ts'

/** `gb18030` (with GBK and GB2312 in it) is read where a mapping names it, never by guess. */
export type Encoding = 'utf-8' | 'big5' | 'utf-16le' | 'utf-16be' | 'gb18030'

/**
 * The encoding of text without a mark: as declared, or as its first bytes show. Throws SourceFailure with what to do when
 * they show another than declared, one that is not read, or none for certain.
 */
export function encodingOf(bytes: Uint8Array, declared: Encoding | undefined): Encoding {
  if (declared === 'utf-16le' || declared === 'utf-16be') return declared
  const share = utf8Share(bytes)
  if (declared === 'big5' || declared === 'gb18030') {
    if (isClearlyUtf8(share)) throw otherThanDeclared(declared)
    return declared
  }
  if (declared === 'utf-8') return declared
  const wide = wideOrder(bytes)
  if (wide) return wide
  if (share.long + share.short + share.broken === 0) return 'utf-8'
  if (isMostlyUtf8(share)) {
    // Two Chinese characters of Big5 can be two signs of the West in UTF-8.
    if (share.long === 0 && share.short <= MAX_DOUBTFUL && areFrequentBigFive(bytes)) throw unsure(['big5', 'utf-8'])
    return 'utf-8'
  }
  const guess = guessEncoding(bytes)
  if ('none' in guess) throw unknown()
  if ('unsure' in guess) throw unsure(guess.unsure)
  if (guess.is !== 'big5') throw notRead(guess.is)
  return 'big5'
}

const MAX_DOUBTFUL = 4
/** From so many whole characters on, text of another encoding is not UTF-8 by chance. */
const CLEAR_CHARACTERS = 4

const isClearlyUtf8 = ({ long, broken }: Utf8Share): boolean =>
  broken * CLEAR_CHARACTERS <= long && long >= CLEAR_CHARACTERS

const MIN_WIDE_BYTES = 8
/** Digits, delimiters and line ends take two bytes, one of them zero: a fifth of any log, and of no other text any. */
const MIN_ZERO_SHARE = 0.2
const MAX_OTHER_ZERO_SHARE = 0.01

/** The byte order of UTF-16 without a mark, when zeros stand in every other byte only. */
function wideOrder(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes.length < MIN_WIDE_BYTES) return undefined
  const zeros = [0, 0]
  for (const [i, byte] of bytes.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros.map((count) => (count * 2) / bytes.length)
  if (odd >= MIN_ZERO_SHARE && even <= MAX_OTHER_ZERO_SHARE) return 'utf-16le'
  if (even >= MIN_ZERO_SHARE && odd <= MAX_OTHER_ZERO_SHARE) return 'utf-16be'
  return undefined
}

const NAMES: Readonly<Record<Legacy | 'utf-8', string>> = {
  big5: 'Big5',
  gb18030: 'GB18030（含 GBK、GB2312，簡體中文）',
  shift_jis: 'Shift_JIS（日文）',
  'euc-jp': 'EUC-JP（日文）',
  'euc-kr': 'EUC-KR（韓文）',
  'utf-8': 'UTF-8',
}

function notRead(found: Exclude<Legacy, 'big5'>): SourceFailure {
  const isReadable = found === 'gb18030'
  return new SourceFailure(
    'unknown-encoding',
    `檔案看似 ${NAMES[found]}，不是 UTF-8 或 Big5；${isReadable ? '確認後請在對應檔指定 encoding: gb18030，或' : '請'}另存為 UTF-8 後再匯入。`,
    `The file seems to be ${found}, neither UTF-8 nor Big5; ${isReadable ? 'if it is, say encoding: gb18030 in the mapping, or ' : ''}save it as UTF-8.`,
  )
}

function unsure(fitting: readonly (Legacy | 'utf-8')[]): SourceFailure {
  const names = fitting.map((name) => NAMES[name]).join('或')
  return new SourceFailure(
    'unknown-encoding',
    `中文字太少，無法確定檔案是 ${names}；請在對應檔指定 encoding（例如 encoding: big5），或另存為 UTF-8。`,
    `Too little text to tell ${fitting.join(' from ')}; name the encoding in the mapping (encoding: big5, say) or save as UTF-8.`,
  )
}

const unknown = (): SourceFailure =>
  new SourceFailure(
    'unknown-encoding',
    '無法辨識檔案編碼；請另存為 UTF-8，或在對應檔指定 encoding。',
    'Unknown encoding; save as UTF-8 or name the encoding in the mapping.',
  )

const otherThanDeclared = (declared: string): SourceFailure =>
  new SourceFailure(
    'invalid-encoding',
    `對應檔指定 encoding: ${declared}，但檔案內容是 UTF-8；請更正或刪去 encoding。`,
    `The mapping says encoding: ${declared}, but the file is UTF-8; correct the encoding or leave it out.`,
  )

const MAX_FOREIGN_LINES = 2
// A value cut in mid-character breaks one. Text of another encoding breaks more than it leaves whole when read as UTF-8,
// and a quarter when UTF-8 is read as Big5.
const MIN_FOREIGN_BROKEN = 2
const MAX_BROKEN_SHARE = { 'utf-8': 0.5, big5: 0.2, gb18030: 0.2, 'utf-16le': 0.2, 'utf-16be': 0.2 } as const

/**
 * Watches the pieces of a decoded text that hold broken characters. Throws SourceFailure when most lines that hold any are
 * broken throughout: the rest of the file is in another encoding than its beginning, or than declared.
 */
export function brokenWatch(encoding: Encoding): (decoded: Buffer) => Buffer {
  let [broken, foreign] = [0, 0]
  return (decoded) => {
    if (!decoded.includes('\ufffd')) return decoded
    for (const line of decoded.toString('utf8').split('\n')) {
      const marks = line.split('\ufffd').length - 1
      if (marks === 0) continue
      broken++
      const others = line.replace(/[ -~\s\ufffd]/g, '').length
      if (marks >= MIN_FOREIGN_BROKEN && marks > (marks + others) * MAX_BROKEN_SHARE[encoding]) foreign++
    }
    if (foreign > MAX_FOREIGN_LINES && foreign * 2 > broken) throw severalEncodings(encoding)
    return decoded
  }
}

const severalEncodings = (encoding: Encoding): SourceFailure =>
  new SourceFailure(
    'invalid-encoding',
    `檔案中有許多字不合編碼 ${encoding}，可能由不同編碼的檔案合併而成；請分開匯入，或另存為 UTF-8，或在對應檔指定正確的 encoding。`,
    `Much of the file breaks its encoding ${encoding}; it may be joined from files in several. Import them apart, save as UTF-8, or name the encoding in the mapping.`,
  )
