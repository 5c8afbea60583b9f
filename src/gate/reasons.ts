/**
 * Why a decision came out as it did: a closed list, one sentence for the person who asks (what stands in the way and
 * what he can do) and one for who audits later. Neither ever holds a protected value.
 */
export const REASONS = {
  fit: ['事由、案件與職務相符。', 'Purpose, case and duty fit.'],
  'other-agency': ['這是其他機關的資料，請向該機關申請。', 'These are another agency’s records; apply to that agency.'],
  'no-duty': ['您的職務不辦理案件，不能查詢民眾資料。', 'Your post handles no cases and may not look up people.'],
  'purpose-unfit': [
    '這個事由不適用於此項資料，請重選事由。',
    'This purpose does not fit these records; choose another.',
  ],
  'purpose-too-wide': [
    '這個事由不足以查詢此項資料，需主管核准。',
    'This purpose is not enough for these records; your superior must approve.',
  ],
  'case-missing': ['這個事由需要案號，請填寫。', 'This purpose needs a case number; state it.'],
  'case-unknown': ['案件系統查無此案號，請核對後再試。', 'The case system knows no such number; check it.'],
  'case-closed': [
    '此案已結案，如仍需查詢，請送主管核准。',
    'This case is closed; ask your superior if you still need it.',
  ],
  'not-party': [
    '查詢對象不是此案的當事人，請送主管核准。',
    'Whom you ask about is no party of this case; ask your superior.',
  ],
  'not-assigned': [
    '您不是此案的承辦人，可申請改派或送主管核准。',
    'You are not assigned to this case; ask for assignment or approval.',
  ],
  'case-not-yours': [
    '這不是您承辦的案件，或案號、對象有誤；請核對、申請改派，或送主管核准。',
    'This case is not yours, or number or person are wrong: check them, ask for assignment, or for approval.',
  ],
  'not-in-portfolio': [
    '查詢對象不在您的業管範圍，不能查詢。業務異動請洽主管調整業管。',
    'This is outside your portfolio. If your duties changed, ask your superior to change the portfolio.',
  ],
  'off-duty': ['您目前不在勤務時間。', 'You are not on duty now.'],
  volume: ['今日查詢人數已達預警值，續查需主管核准。', 'You have looked up many people today; more needs approval.'],
  'volume-stop': [
    '今日查詢人數已達上限，系統已停止並通報。',
    'You have reached the limit of people a day; this was reported.',
  ],
  'most-sensitive': [
    '此項資料屬最高敏感等級，需首長核准。',
    'These are most sensitive records; the head must approve.',
  ],
  'take-along': [
    '列印、匯出或複製此項資料需主管核准。',
    'Printing, exporting or copying these needs your superior’s approval.',
  ],
  'step-up': ['此項資料需先以通行密鑰確認是您本人。', 'Confirm with your passkey that it is you first.'],
  'no-rule': ['沒有規則准許這項查詢。', 'No rule permits this look-up.'],
  'unknown-data-set': ['此項資料未登記，不能查詢。', 'These records are not in the catalogue.'],
  'policy-error': [
    '規則無法判定，為安全起見不予查詢，請通知資訊單位。',
    'The rules could not be evaluated, so nothing is shown; tell the IT office.',
  ],
} as const satisfies Record<string, readonly [string, string]>

export type ReasonCode = keyof typeof REASONS

export const isReasonCode = (text: string): text is ReasonCode => Object.hasOwn(REASONS, text)

/** What a case says: of the person, of itself. Whoever is assigned to it knows; anybody else would learn. */
const OF_THE_CASE: ReadonlySet<ReasonCode> = new Set(['case-unknown', 'case-closed', 'not-party', 'not-assigned'])

/**
 * The reasons as they may be told to who asked, first the one that stands first. Of a case that is not his he learns only
 * that; over the limit of a day he learns nothing else at all.
 */
export function reasonsTold(all: readonly ReasonCode[]): readonly ReasonCode[] {
  if (all.includes('volume-stop')) return ['volume-stop']
  if (!all.includes('not-assigned')) return all
  return [...new Set(all.map((code) => (OF_THE_CASE.has(code) ? 'case-not-yours' : code)))]
}

/** A reason in words, both languages. */
export const reasonWords = (code: ReasonCode): { readonly zh: string; readonly en: string } => {
  const [zh, en] = REASONS[code]
  return { zh, en }
}
