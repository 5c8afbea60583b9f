import { type ColumnForm, looksPersonal } from './column-form.ts'
import type { TargetColumn } from './target.ts'

/** A cell of a preview is cut here. */
const MAX_SHOWN = 200
const MAX_SHAPE = 40

/** What no citizen stands in by name or number, though its values be words. */
const OPEN_TYPES = new Set<TargetColumn['type']>(['officer', 'word', 'flag', 'list', 'number', 'time', 'end'])
/** Numbers that offices give to records, not to people. */
const OPEN_NUMBERS = new Set(['source_id', 'ticket', 'dispatch_no', 'complaint_no', 'approval_no'])
const FEW_ROWS = 4

/**
 * Whether a column's values are shown as they are. Everything else is shown by its form only: who maps a file must see
 * that it reads well, not who is in it. `target` is what the suggestion makes of the column.
 */
export function isShown(form: ColumnForm, target: TargetColumn | undefined, values: readonly string[]): boolean {
  if (form === 'empty' || form === 'roc-date' || form === 'western-date' || form === 'clock' || form === 'number')
    return target === undefined || OPEN_TYPES.has(target.type) || OPEN_NUMBERS.has(target.name)
  if (form === 'identifier' || target === undefined) return false
  if (form === 'code') return OPEN_TYPES.has(target.type) || OPEN_NUMBERS.has(target.name)
  // Words that repeat are kinds and places; those that do not may be names.
  const filled = values.filter((value) => value.trim() !== '')
  const repeats = filled.length >= FEW_ROWS && new Set(filled).size * 2 <= filled.length
  return (target.type === 'word' || target.type === 'flag') && repeats
}

/** One cell as a preview shows it: as it is, or by its form: 王小明 as ○○○, A123456789 as Ａ９９９９９９９９９. */
export function maskCell(text: string, isColumnShown: boolean, form: ColumnForm): string {
  const isDate = form === 'roc-date' || form === 'western-date' || form === 'clock'
  if (isColumnShown && (isDate || !(looksPersonal(text) || looksNamed(text)))) return cut(text, MAX_SHOWN)
  const shape = text
    .slice(0, MAX_SHAPE + 1)
    .normalize('NFKC')
    .replace(/\p{N}/gu, '９')
    .replace(/[A-Za-z]/g, 'Ａ')
    .replace(/[\p{L}\p{Co}\ufffd]/gu, (letter) => (letter === 'Ａ' ? letter : '○'))
  return cut(shape, MAX_SHAPE)
}

// The common surnames, single and double: a name that begins with another one is still masked where it does not repeat.
const SURNAMES =
  '陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾游彭詹胡施沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜傅侯曹薛丁卓馬董温溫唐藍石蔣古紀姚連馮歐程湯田康姜汪白鄒尤巫鐘黎涂龔嚴韓袁金童陸夏柳凃邵錢伍倪'
const NAMED = new RegExp(
  `^(?:[${SURNAMES}]\\p{Script=Han}{1,2}|(?:歐陽|司馬|張簡|范姜|諸葛|上官)\\p{Script=Han}{1,2})$`,
  'u',
)

/** Whether a word has the form of a person's name: a word of another kind that has it is masked too, which costs little. */
const looksNamed = (text: string): boolean => NAMED.test(text.normalize('NFKC').replace(/\s/g, ''))

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text)
