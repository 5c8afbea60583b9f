import type { AccessHit } from '../wire/access.ts'
import { inSentence } from '../wire/typed-text.ts'
import { officerLabel } from './names.ts'
import type { Rule } from './rule.ts'
import { type Language, momentText } from './taipei-text.ts'
import { valueText, type Witness } from './witness.ts'

/** A rule's hit on one access: the records that witness it, by the alias the rule's path gives them. */
export interface Hit {
  readonly rule: Rule
  readonly strength: number
  readonly count: number
  readonly witnesses: ReadonlyMap<string, Witness>
}

/** Fills `{alias.column}` and `{count}` from the hit. What no record supplies is shown as （未載）, never invented. */
export function fillSentence(text: string, hit: Hit, near: Date, language: Language): string {
  return text.replace(/\{(?:(count)|(\w)\.(\w+))\}/g, (_, count: string | undefined, alias: string, column: string) => {
    if (count) return String(hit.count)
    const witness = hit.witnesses.get(alias)
    const value = witness && valueText(witness, column, near, language)
    // A time is in our words; what else a record says, somebody typed.
    const isOurs = /^\d{4}-\d{2}-\d{2} \d{2}:/.test(witness?.values[column] ?? '')
    return (value && (isOurs ? value : inSentence(value))) || (language === 'zh' ? '（未載）' : '(not stated)')
  })
}

export interface Story {
  readonly officer: string
  readonly duty: string
  readonly at: Date
  readonly purpose: string
  readonly caseNo: string
  readonly queryKind: string
  readonly agency: string
}

/** The whole in one sentence: who, when, with which words, and what the records say to that. */
export function tellStory(
  story: Story,
  hits: readonly AccessHit[],
  verdict: string,
): { readonly zh: string; readonly en: string } {
  const who = officerLabel(story.officer, story.duty)
  const purpose = story.purpose.trim() === '' ? '未載事由' : `以「${inSentence(story.purpose.trim())}」`
  const stated = story.caseNo.trim() === '' ? '' : `（登載案號 ${inSentence(story.caseNo.trim())}）`
  const told = (kind: AccessHit['kind']) => hits.filter((hit) => hit.kind === kind)
  const against = told('contradiction').slice(0, 1)
  const forIt = told('template').slice(0, 1)
  const signs = told('flag')
    .filter((hit) => hit.points >= 10)
    .slice(0, 1)
  const reasons = verdict === 'contradicted' ? against : verdict === 'unexplained' ? signs : forIt
  const tail = reasons.map((hit) => hit.sentence.replace(/。$/, '')).join('；') || '查無任何佐證'
  const tailEn =
    reasons.map((hit) => hit.sentenceEn.replace(/\.$/, '')).join('; ') || 'No evidence of any kind was found'
  return {
    zh: `${who} 於 ${momentText(story.at)} ${purpose}${stated}查詢 ●●●；${tail}。`,
    en: `Official ${story.officer.split(':')[1] ?? ''} looked up ●●● on ${momentText(story.at, story.at, 'en')}, stating “${inSentence(story.purpose.trim())}”. ${tailEn}.`,
  }
}

/** The second line: how much speaks for and against. */
export function summaryOf(hits: readonly AccessHit[]): { readonly zh: string; readonly en: string } {
  const count = (kind: AccessHit['kind']) => hits.filter((hit) => hit.kind === kind).length
  const [against, forIt, signs] = [
    count('contradiction'),
    count('template'),
    hits.filter((hit) => hit.kind === 'flag' && hit.points > 0).length,
  ]
  const parts = [
    against > 0 ? `${against} 項紀錄與所載相牴觸` : '沒有紀錄與所載相牴觸',
    forIt > 0 ? `${forIt} 項佐證支持` : '無任何佐證支持',
    ...(signs > 0 ? [`${signs} 項徵候`] : []),
  ]
  return {
    zh: `${parts.join('，')}。`,
    en: `${against} record(s) contradict it, ${forIt} support it, ${signs} sign(s).`,
  }
}
