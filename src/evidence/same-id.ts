import { formatRocDay, taipeiDay } from '../base/roc-date.ts'
import type { QualityFinding } from '../wire/import.ts'
import { type EvidenceContext, stageTable } from './import-job.ts'
import { readImport } from './import-store.ts'

const MAX_NAMED = 5
const SHOWN_ID = 8

/**
 * A number of the source that stands for different content, here or in an import before: both are loaded and judged, and
 * this says where the other is. Either the source's numbers begin anew in each file, or one of the two is not true.
 * Compared by short hashes of the numbers; looks through the log of this system once.
 */
export async function sameIdOtherContent(
  context: EvidenceContext,
  importId: string,
): Promise<QualityFinding | undefined> {
  const { analytics } = context
  const stage = stageTable(importId)
  const hash = 'cityHash64(source_id)'
  const staged = `SELECT ${hash} FROM ${stage} WHERE source_id != ''`
  const place = `(agency, system) IN (SELECT DISTINCT agency, system FROM ${stage})`
  const others = await analytics.rows<{ import_id: string }>(
    `SELECT import_id, count() AS n FROM access WHERE ${place} AND source_id != '' AND ${hash} IN (${staged})
     GROUP BY import_id ORDER BY n DESC, import_id LIMIT ${MAX_NAMED + 1}`,
    { settings: { use_index_for_in_with_subqueries_max_values: 1000 } },
  )
  const within = `${hash} IN (SELECT h FROM (SELECT ${hash} AS h FROM ${stage} WHERE source_id != '' GROUP BY h HAVING count() > 1))`
  const elsewhere =
    others.length === 0 ? '0' : `${hash} IN (SELECT ${hash} FROM access WHERE ${place} AND ${hash} IN (${staged}))`
  const [counted] = await analytics.rows<{ n: string; own: string }>(
    `SELECT countIf(${within} OR ${elsewhere}) AS n, countIf(${within}) AS own FROM ${stage} WHERE source_id != ''`,
  )
  const count = Number(counted?.n)
  if (count === 0) return undefined
  return sentenceOf(count, Number(counted?.own) > 0, await namesOf(context, others))
}

interface Named {
  readonly zh: string
  readonly en: string
}

async function namesOf(context: EvidenceContext, others: readonly { import_id: string }[]): Promise<Named[]> {
  const names: Named[] = []
  for (const { import_id: id } of others.slice(0, MAX_NAMED)) {
    const row = await readImport(context.database, id)
    const day = row && formatRocDay(taipeiDay(row.started_at), 'long')
    names.push({
      zh: `「${row?.file_name ?? '？'}」（${day ?? ''}匯入，編號 ${id.slice(0, SHOWN_ID)}）`,
      en: `${row?.file_name ?? '?'} (import ${id.slice(0, SHOWN_ID)}, ${row?.started_at.toISOString().slice(0, 10) ?? ''})`,
    })
  }
  return others.length > MAX_NAMED ? [...names, { zh: '等', en: 'and others' }] : names
}

function sentenceOf(count: number, isWithin: boolean, names: readonly Named[]): QualityFinding {
  const number = count.toLocaleString('en')
  const zh = [...(isWithin ? ['本檔其他列'] : []), ...names.map((name) => name.zh)].join('、')
  const en = [...(isWithin ? ['other rows of this file'] : []), ...names.map((name) => name.en)].join(', ')
  return {
    code: 'same-id-other-content',
    severity: 'serious',
    count,
    sentence: `${number} 列的紀錄編號與${zh}相同，內容卻不同；兩者都已載入並判定。編號若逐份檔案重新起算，屬正常；否則請查明何者為真，並撤銷不實的匯入。`,
    sentenceEn: `${number} rows have the number of a record in ${en} but other content; both are loaded and judged. This is normal where numbers begin anew in each file; if they do not, find out which is true and undo the import that is not.`,
  }
}
