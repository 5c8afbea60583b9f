const ROC_OFFSET = 1911
const TYPED = /^(?:民國)?(\d{2,4})\s*[年/.-]\s*(\d{1,2})月?$/

/** `2031-12` from how people write a month: 120/12, 民國120年12月, 2031-12. Undefined for anything else. */
export function readMonth(typed: string): string | undefined {
  const match = TYPED.exec(typed.trim())
  const [year, month] = [Number(match?.[1]), Number(match?.[2])]
  if (!match || month < 1 || month > 12) return undefined
  const western = year < 1000 ? year + ROC_OFFSET : year
  return western < 2020 || western > 2099 ? undefined : `${western}-${String(month).padStart(2, '0')}`
}

/** 民國120年12月 of `2031-12`; as it stands in English. */
export function monthWords(month: string, language: string): string {
  const [year = '', of = ''] = month.split('-')
  return language === 'en' ? month : `民國${Number(year) - ROC_OFFSET}年${Number(of)}月`
}
