import type { CheckCode, FileReport } from '../ledger/port.ts'
import { inOneLine } from '../wire/typed-text.ts'

const KINDS = {
  bundle: '自證檔 evidence page',
  proof: '紀錄證明檔 proof of a record (.tlog-proof)',
  'row-proof': '資料列證明 proof of a row',
  checkpoint: '檢查點與副署 checkpoint and cosignatures',
  cosignature: '見證副署 cosignatures of witnesses',
  unknown: '不明檔案 unknown file',
} as const

const VERDICTS = {
  good: '✓ 核驗通過 good',
  bad: '✗ 核驗未通過 bad',
  unchecked: '？ 未能核驗完全 could not be checked',
} as const

const CODES: Readonly<Record<CheckCode, string>> = {
  malformed:
    '格式不符：有缺漏、多出、重複或改寫之處 not in its one form: something missing, added, doubled or rewritten',
  'content-differs': '所示內容與紀錄簿所承諾的不符 what it shows is not what the log committed to',
  'not-included': '不在這棵樹的這個位置 does not stand at this place of the tree',
  'bad-signature': '簽章不符 the signature is wrong',
  'other-key': '不是以您所給的金鑰簽章 not signed by the key you gave',
  'too-few-witnesses': '見證副署不足 fewer witnesses have signed than you ask for',
  'root-differs': '與該次匯入所記的根不符 the import has another root',
  'row-differs': '不是這一列的證明 not the proof of this row',
  fork: '同一筆數有兩個樹根：紀錄簿有兩份，請保留檔案並通報 two roots for one size: there are two logs; keep the files and report it',
  'unknown-kind': '不是本系統的證明檔 not a proof file of this system',
  unreadable: '檔案讀不到或過大 the file cannot be read, or is too large',
  'no-key':
    '未指定信任哪一把金鑰：請以別的管道取得該機關公鑰，用 --key 指定 nobody said which key to trust: get the agency’s key by another way and give it with --key',
  'no-leaf':
    '證明檔未附葉：請以 --log 指定紀錄簿的副本或網址 the proof has no leaf: name a copy or the address of the log with --log',
  'unknown-page':
    '頁面程式不是本版本所知的：內容以此處所列為準，勿信瀏覽器所示；或以較新版本核驗 the page around the record is none this version knows: believe what stands here, not what a browser shows; or check with a newer version',
  'no-import':
    '請一併給該次匯入的自證檔，才能證明根在紀錄簿中 give the evidence page of the import too: it proves that the root is in the log',
  'no-checkpoint':
    '請一併給副署所對的檢查點或證明檔 give the checkpoint or proof that the cosignatures are over as well',
}

// A letter of another script would pass for a Latin one in a name that people compare.
const plainName = (name: string): string =>
  name.replace(
    /[^\x21-\x7e]/gu,
    (sign) => `〔U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}〕`,
  )

const TOLD: Readonly<Record<string, string>> = {
  organisation: '出具機關 office',
  eventId: '事件編號 event id',
  issuedAt: '出具時間 issued at',
  stampedAt: '時戳時間 stamped at',
  line: '檔案列號 line of the file',
  signatures: '未核驗之簽署行 signature lines not checked',
}

/** What was found out about a file, for people: the verdict, why, what is proved, and what stands in it unproved. */
export function tellFile(path: string, report: FileReport, { isRowGiven }: { readonly isRowGiven: boolean }): string {
  const lines = [`${VERDICTS[report.verdict]}　${inOneLine(path)}　${KINDS[report.kind]}`]
  lines.push(...report.codes.map((code) => `  － ${CODES[code]}`), ...provedLines(report, isRowGiven))
  const unproved = Object.entries(report.unproved ?? {})
  if (unproved.length > 0) lines.push('  以下未經證明 not proved:')
  lines.push(
    ...unproved.map(([name, value]) => `    ${TOLD[name] ?? name}　${inOneLine(value.replaceAll('\n', '、'))}`),
  )
  return `${lines.join('\n')}\n`
}

function provedLines(report: FileReport, isRowGiven: boolean): readonly string[] {
  const { origin, fingerprint, index, size, facets = [], row, witnesses = [] } = report
  const isOne = index !== undefined && size !== undefined
  return [
    ...(origin === undefined ? [] : [`  紀錄簿 log　${plainName(origin)}`]),
    ...(fingerprint === undefined ? [] : [`  金鑰指紋 fingerprint of its key　${fingerprint}`]),
    ...(isOne ? [`  第 ${index} 號，共 ${size} 筆 entry ${index} (from 0) of ${size}`] : []),
    ...(!isOne && size !== undefined ? [`  共 ${size} 筆 entries`] : []),
    ...facets.map(
      ({ name, text }) =>
        `  ${name}　${text === null ? '（未揭示或已依法銷毀 withheld or lawfully erased）' : inOneLine(text)}`,
    ),
    ...(row ? [rowLine(row, isRowGiven)] : []),
    ...witnesses.map(({ name, at }) => `  見證 witness　${plainName(name)}　${at ?? ''}`),
  ]
}

function rowLine({ importId, index, of }: NonNullable<FileReport['row']>, isRowGiven: boolean): string {
  const compared = isRowGiven
    ? '內容相符 and it is this row'
    : '內容未比對，可以 --row 給該列 its content was not compared: give it with --row'
  return `  匯入 import ${inOneLine(importId)}，第 ${index} 列（由 0 起），共 ${of} 列 row ${index} of ${of}；${compared}`
}
