import { SourceFailure } from './failure.ts'

/* Why a workbook cannot be read, each with what to do about it. */

export const damaged = (): SourceFailure =>
  new SourceFailure(
    'damaged',
    '試算表檔案已損毀或不完整；請重新匯出。',
    'The workbook is damaged or cut short; export it again.',
  )

export const tooLarge = (): SourceFailure =>
  new SourceFailure(
    'too-large-inside',
    '試算表解開後大得不合理，已停止讀取。',
    'The workbook unpacks to an unreasonable size; reading stopped.',
  )

export const tooManyRows = (maxRows: number): SourceFailure =>
  new SourceFailure(
    'too-large-inside',
    `工作表展開後超過 ${maxRows.toLocaleString('en')} 列（或過大），未載入任何資料；請刪除多餘的重複列，或分成數個檔案。`,
    `The sheet has more than ${maxRows.toLocaleString('en')} rows once unfolded, or is too large; nothing was loaded. Delete needless repeated rows, or split the file.`,
  )

export const tooWide = (maxColumns: number): SourceFailure =>
  new SourceFailure(
    'too-large-inside',
    `標題列超過 ${maxColumns} 欄，或有過長的文字；請刪除不需要的欄後再匯入。`,
    `The header has more than ${maxColumns} columns or an overlong text; delete columns that are not needed.`,
  )

export const passwordProtected = (): SourceFailure =>
  new SourceFailure(
    'unknown-format',
    '此試算表設有密碼，無法讀取；請開啟後移除密碼（檔案→資訊→保護活頁簿，或另存新檔時不設密碼），再匯入。',
    'The workbook is protected by a password; open it, save it without one, and import that.',
  )

const MAX_NAMES_TOLD = 20
const MAX_NAME_CHARACTERS = 31

/** How a sheet is called in messages: names come from the file, so they are cut to what Excel allows. */
export function sheetNames(sheets: readonly { readonly name: string; readonly isHidden: boolean }[]): string {
  const told = sheets
    .slice(0, MAX_NAMES_TOLD)
    .map(({ name, isHidden }) => `「${[...name].slice(0, MAX_NAME_CHARACTERS).join('')}」${isHidden ? '（隱藏）' : ''}`)
  return told.join('、') + (sheets.length > told.length ? '…' : '')
}

export function noSuchSheet(
  wanted: string | undefined,
  sheets: readonly { readonly name: string; readonly isHidden: boolean }[],
): SourceFailure {
  const there = sheetNames(sheets)
  if (sheets.length === 0)
    return new SourceFailure(
      'damaged',
      '檔案裡沒有工作表；請重新匯出。',
      'The workbook holds no sheet; export it again.',
    )
  if (wanted === undefined)
    return new SourceFailure(
      'damaged',
      `所有工作表都是隱藏的：${there}；請取消隱藏，或在對應檔以 sheet 指定。`,
      `Every sheet is hidden: ${there}. Show one, or name one as sheet in the mapping.`,
    )
  return new SourceFailure(
    'damaged',
    `找不到指定的工作表；檔案裡有：${there}。`,
    `No such sheet. The file has: ${there}.`,
  )
}
