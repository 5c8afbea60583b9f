import type { TargetColumn } from './target.ts'

const WORDS: Readonly<Record<TargetColumn['type'], readonly [zh: string, en: string]>> = {
  time: [
    '讀為日期與時間：民國或西元，未註明時區者為臺北時間',
    'read as date and time: ROC or common era, Taipei unless an offset is given',
  ],
  end: [
    '讀為期間的終點：空白表示持續至今，只有日期者算到當日結束',
    'read as the end of a period: empty means it still holds, a bare day counts to its end',
  ],
  officer: ['讀為員工編號：加上機關代號保存', 'read as a staff number, kept with the agency’s code'],
  subject: [
    '讀為識別碼：化為代碼保存，原文只在加密的原始檔',
    'read as an identifier: kept as a pseudonym, the text in the encrypted file only',
  ],
  address: [
    '讀為地址：化為代碼保存，不計寫法差異',
    'read as an address: kept as a pseudonym, whatever its way of writing',
  ],
  case: [
    '讀為案號：保留原文，比對時不計寫法差異',
    'read as a case number: kept as typed, compared whatever its way of writing',
  ],
  word: ['讀為短詞：照原文比對', 'read as a short word, compared as it is'],
  text: ['讀為文字：照原文保存', 'read as text, kept as it is'],
  flag: ['讀為是否：是、有、1、Y、true 為是，其餘為否', 'read as yes or no: 是, 有, 1, Y, true are yes'],
  list: ['讀為多個詞：以頓號、逗號或分號分開', 'read as several words, apart by 、 , or ;'],
  number: ['讀為數字', 'read as a number'],
}

/** How values that go into this column are read, in words. */
export function readingOf(column: TargetColumn): { readonly reading: string; readonly readingEn: string } {
  const [reading, readingEn] = WORDS[column.type]
  return { reading, readingEn }
}
