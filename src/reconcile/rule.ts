import { z } from 'zod'

/** `alias.column`; alias `a` is the access itself. */
const reference = z.string().regex(/^[a-z]\.[a-z_]+$/)
const columnName = z.string().regex(/^[a-z_]+$/)
const word = z.string().regex(/^[A-Za-z0-9-]+$/)

/** One condition on a joined record. Exactly one test beside `column`. */
const condition = z
  .strictObject({
    column: columnName,
    is: z.union([word, z.boolean()]).optional(),
    in: z.array(word).min(1).optional(),
    equals: reference.optional(),
    differs: reference.optional(),
    oneEditFrom: reference.optional(),
    /** the record's time is more than so many hours before the access */
    beforeAccessHours: z.number().optional(),
    /** the record's time is more than so many hours after the access */
    afterAccessHours: z.number().optional(),
    /** the record's time is before the end of the working day after the access */
    byNextWorkday: z.literal(true).optional(),
  })
  .refine((given) => Object.keys(given).length === 2, { message: 'a condition names a column and one test' })

/** One step of a join path. */
const step = z.strictObject({
  table: word,
  as: z.string().regex(/^[b-z]$/),
  /** record column = reference */
  on: z.record(columnName, reference),
  /** the access lies between these columns, with grace before and after in hours */
  within: z.tuple([columnName, columnName]).optional(),
  graceHours: z.tuple([z.number().min(0), z.number().min(0)]).optional(),
  /** the record's time lies around the access: so many minutes before it, so many after */
  near: z
    .strictObject({ column: columnName, beforeMinutes: z.number().min(0), afterMinutes: z.number().min(0) })
    .optional(),
  /** records of hours or days: joined by the days they touch, for speed; `within` says what counts */
  byDay: z.boolean().optional(),
  where: z.array(condition).optional(),
  /** there must be no such record */
  absent: z.boolean().optional(),
  /** there must be one, but it is no witness */
  isAny: z.boolean().optional(),
})

/** An explanation template, a contradiction or a flag, as its YAML file declares it. */
export const rule = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
    kind: z.enum(['template', 'contradiction', 'flag']),
    title: z.string().min(1),
    titleEn: z.string().min(1),
    sentence: z.string().min(1),
    sentenceEn: z.string().min(1),
    strength: z.number().int().min(0).max(5).default(0),
    points: z.number().int().min(-100).max(100).default(0),
    measures: z.array(z.string().regex(/^(T[1-5]|G)\.\d$/)).default([]),
    when: z
      .strictObject({
        claims: z.array(word).optional(),
        agencies: z.array(word).optional(),
        actions: z.array(word).optional(),
        hasCase: z.boolean().optional(),
        /** from, inclusive – to, exclusive; Taipei */
        hours: z.tuple([z.number().int().min(0).max(23), z.number().int().min(1).max(24)]).optional(),
      })
      .default({}),
    /** ids of rules, or `strong`: any template of strength 3 or more */
    unless: z.array(z.string().regex(/^[a-z][a-z0-9-]{1,40}$/)).default([]),
    /** references that, when they name the official himself, make the record his own work */
    selfMade: z.array(reference).default([]),
    path: z.array(step).default([]),
    /** a named query in queries/, for what no path can say */
    query: z
      .string()
      .regex(/^[a-z-]+\.sql$/)
      .optional(),
  })
  .refine((given) => given.kind !== 'template' || given.strength > 0, {
    message: 'a template has a strength of 1 to 5',
  })
  .refine((given) => given.kind === 'template' || given.strength === 0, { message: 'only templates have a strength' })
  .refine((given) => !(given.query && given.path.length > 0), { message: 'a rule has a path or a query, not both' })

export type Rule = z.infer<typeof rule>
export type RuleStep = z.infer<typeof step>
export type RuleCondition = z.infer<typeof condition>

/** What a typed purpose claims, by the words in it. */
export const purposeClaim = z.strictObject({ claim: word, words: z.array(z.string().min(1)).min(1) })
export type PurposeClaim = z.infer<typeof purposeClaim>

/** Templates from this strength on explain an access. */
export const STRONG = 3
