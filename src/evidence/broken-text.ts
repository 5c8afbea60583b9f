import type { QualityFinding } from '../wire/import.ts'
import { type EvidenceContext, stageTable } from './import-job.ts'
import type { Target } from './target.ts'

/** Rows loaded with a text in which bytes were no character: what stood there cannot be read any more. */
export async function brokenTexts(
  context: EvidenceContext,
  importId: string,
  target: Target,
): Promise<QualityFinding | undefined> {
  const texts = target.columns
    .filter(({ type }) => type === 'text')
    .map(({ name }) => `position(${name}, '\ufffd') > 0`)
  if (texts.length === 0) return undefined
  const [row] = await context.analytics.rows<{ n: string }>(
    `SELECT countIf(${texts.join(' OR ')}) AS n FROM ${stageTable(importId)}`,
  )
  const count = Number(row?.n)
  if (count === 0) return undefined
  const number = count.toLocaleString('en')
  return {
    code: 'broken-character',
    severity: 'note',
    count,
    sentence: `${number} 列的文字有字元不完整，以 � 表示；多因欄位長度以位元組截斷，請確認匯出設定。`,
    sentenceEn: `${number} rows hold a text with a broken character, shown as �: often a field cut by bytes. Check how the file is exported.`,
  }
}
