import type { EvidenceKind } from '../evidence/port.ts'

/** `access.column`, or `join.column` of a join of the rule's path. */
export type Reference = string

/** The closed set of things a rule may ask. `before` holds when a + minutes < b. `evidenceBelow` compares the best template. */
export type Condition =
  | { readonly same: readonly [Reference, Reference] }
  | { readonly differs: readonly [Reference, Reference] }
  | { readonly is: readonly [Reference, string | boolean] }
  | { readonly in: { readonly ref: Reference; readonly words: readonly string[] } }
  | { readonly notIn: { readonly ref: Reference; readonly words: readonly string[] } }
  | { readonly empty: Reference }
  | { readonly present: Reference }
  | { readonly before: { readonly a: Reference; readonly b: Reference; readonly minutes?: number } }
  | { readonly atLeast: readonly [Reference, number] }
  | { readonly below: readonly [Reference, number] }
  | { readonly near: { readonly a: Reference; readonly b: Reference; readonly edits: number } }
  | { readonly evidenceBelow: number }
  | { readonly exists: string }
  | { readonly notExists: string }
  | { readonly either: readonly Condition[] }

/** A record that may stand beside an access, and the window in which it counts. See rules/joins.yaml. */
export interface JoinSpec {
  readonly id: string
  readonly table?: EvidenceKind
  /** name of a file in queries/ */
  readonly query?: string
  readonly on: Readonly<Record<string, Reference>>
  readonly match: 'first' | 'latest' | 'next' | 'covering'
  readonly time?: string
  readonly until?: string
  readonly slackMinutes?: number
  readonly maxAgeMinutes?: number
  readonly maxAheadMinutes?: number
  readonly where?: Readonly<Record<string, readonly string[]>>
  /** columns holding evidence ids, and the kind each belongs to */
  readonly witness: Readonly<Record<string, EvidenceKind>>
  /** a counted number instead of a witness */
  readonly figure?: string
}

export type RuleKind = 'template' | 'contradiction' | 'flag'

export interface Rule {
  readonly id: string
  readonly kind: RuleKind
  readonly title: string
  readonly titleEn: string
  readonly sentence: string
  readonly sentenceEn: string
  /** 0–5; 0 unless a template */
  readonly strength: number
  /** added to the score; 0 for templates */
  readonly points: number
  /** joins that must exist */
  readonly path: readonly string[]
  /** joins that must not */
  readonly absent: readonly string[]
  readonly purposes: readonly string[]
  readonly agencies: readonly string[]
  readonly systems: readonly string[]
  readonly when: readonly Condition[]
  /** columns that, naming the officer himself, make the evidence self-made */
  readonly madeBy: readonly Reference[]
  /** counted over an officer's open accesses of a month, after all else */
  readonly series?: { readonly minOpen: number; readonly minDays: number; readonly minRatio: number }
  readonly measures: readonly string[]
}

export interface Purpose {
  readonly code: string
  readonly title: string
  readonly words: readonly string[]
}

/** All rules in force. `version` is a hash over their text: verdicts name it. */
export interface RuleSet {
  readonly version: string
  readonly purposes: readonly Purpose[]
  readonly joins: readonly JoinSpec[]
  readonly rules: readonly Rule[]
  /** text of queries/NAME.sql */
  readonly queries: ReadonlyMap<string, string>
}

/** Joins a condition reads, from its references. */
export function joinsOf(condition: Condition): string[] {
  if ('either' in condition) return condition.either.flatMap(joinsOf)
  if ('exists' in condition) return [condition.exists]
  if ('notExists' in condition) return [condition.notExists]
  return referencesOf(condition)
    .map((reference) => reference.split('.')[0] ?? '')
    .filter((room) => room !== 'access')
}

/** References of one condition, nested ones included. */
export function referencesOf(condition: Condition): Reference[] {
  if ('either' in condition) return condition.either.flatMap(referencesOf)
  if ('same' in condition) return [...condition.same]
  if ('differs' in condition) return [...condition.differs]
  if ('is' in condition) return [condition.is[0]]
  if ('in' in condition) return [condition.in.ref]
  if ('notIn' in condition) return [condition.notIn.ref]
  if ('empty' in condition) return [condition.empty]
  if ('present' in condition) return [condition.present]
  if ('before' in condition) return [condition.before.a, condition.before.b]
  if ('atLeast' in condition) return [condition.atLeast[0]]
  if ('below' in condition) return [condition.below[0]]
  if ('near' in condition) return [condition.near.a, condition.near.b]
  return []
}
