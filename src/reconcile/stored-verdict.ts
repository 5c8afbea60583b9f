import type { VerdictName } from '../wire/verdict.ts'

/** A verdict as the list reads it from the store. */
export interface StoredVerdict {
  id: string
  at: string
  agency: string
  system: string
  officer: string
  unit: string
  title: string
  duty: string
  subject_kind: string
  subject_hex: string
  purpose: string
  case_no: string
  source_id: string
  verdict: VerdictName
  score: number
  rank: number
  rules: string[]
}

export const VERDICT_COLUMNS =
  'lower(hex(access_id)) AS id, toString(at) AS at, agency, system, officer, unit, title, duty, subject_kind, lower(hex(subject)) AS subject_hex, purpose, case_no, source_id, toString(verdict) AS verdict, score, rank, rules'
