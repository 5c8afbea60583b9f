import { subjectKindOf, subjectValue } from '../base/subject-value.ts'

export { caseKeyOf } from '../base/case-number.ts'

/** The kind of an identifier by its form, as imported logs have it; what is neither person nor company is a parcel here. */
export function identifierForm(value: string): 'person' | 'company' | 'parcel' {
  const kind = subjectKindOf(subjectValue(value))
  return kind === 'person' || kind === 'company' ? kind : 'parcel'
}
