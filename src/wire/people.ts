import { z } from 'zod'
import { roleName } from './session.ts'

/** What is wrong in a personnel file, and where. No value of the file stands in it. */
export const staffFault = z.object({
  line: z.number(),
  /** header of the column; '' when the whole line is meant */
  column: z.string(),
  reason: z.string(),
  reasonEn: z.string(),
})
export type StaffFault = z.infer<typeof staffFault>

export const agencyCode = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)
const isoDay = z.iso.date()

/** A person in his post as lists show him. */
const listedPerson = z.object({
  person: z.string(),
  account: z.string(),
  name: z.string(),
  unit: z.string(),
  title: z.string(),
  role: roleName,
})
export type ListedPerson = z.infer<typeof listedPerson>

const changedField = z.object({ field: z.string(), before: z.string(), after: z.string() })
export type ChangedField = z.infer<typeof changedField>

/** What a personnel file would change. Lists are cut at `shown`; counts are of everything. */
export const staffPreview = z.object({
  uploadId: z.string(),
  agency: z.string(),
  fileName: z.string(),
  asOf: isoDay,
  people: z.number(),
  faults: z.array(staffFault),
  counts: z.object({
    joins: z.number(),
    changes: z.number(),
    leaves: z.number(),
    same: z.number(),
    units: z.number(),
    /** people who get or lose a role other than officer */
    roles: z.number(),
  }),
  joins: z.array(listedPerson),
  changes: z.array(listedPerson.extend({ fields: z.array(changedField) })),
  leaves: z.array(listedPerson),
  shown: z.number(),
  /** what applying has to name; '' when there are faults or nothing would change */
  digest: z.string(),
})
export type StaffPreview = z.infer<typeof staffPreview>

export const staffPreviewQuery = z.object({
  agency: agencyCode,
  /** the day the file speaks of; today when left out */
  asOf: isoDay.optional(),
  fileName: z.string().min(1).max(200),
})

export const staffApply = z.object({
  uploadId: z.uuid(),
  agency: agencyCode,
  asOf: isoDay,
  fileName: z.string().min(1).max(200),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** new accounts get a password for one use; whoever approves the file fetches them, once */
  withPasswords: z.boolean().default(false),
})

/** The command line: a file of this machine; without a digest it is only looked at. */
export const staffLocal = staffApply.omit({ uploadId: true, digest: true, asOf: true }).extend({
  filePath: z.string().min(1).max(4096),
  asOf: isoDay.optional(),
  digest: staffApply.shape.digest.optional(),
})

export const staffApplied = z.object({
  importId: z.string(),
  asOf: isoDay,
  joins: z.number(),
  changes: z.number(),
  leaves: z.number(),
  sessionsEnded: z.number(),
  requestsClosed: z.number(),
})
export type StaffApplied = z.infer<typeof staffApplied>

/** What became of a file: what of it was applied, and the proposal of what takes two persons. */
export const staffBrought = z.object({ applied: staffApplied.nullable(), changeId: z.string().nullable() })
export type StaffBrought = z.infer<typeof staffBrought>

const deputy = z.object({
  person: z.string(),
  name: z.string(),
  from: z.string(),
  until: z.string(),
  isActing: z.boolean(),
})

export const peopleQuery = z.object({
  agency: agencyCode.optional(),
  q: z.string().max(60).default(''),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
})
export const peopleList = z.object({
  total: z.number(),
  /** agencies whose people this reader may see */
  agencies: z.array(z.object({ agency: z.string(), name: z.string(), people: z.number() })),
  people: z.array(
    listedPerson.extend({
      agency: z.string(),
      deputy: deputy.nullable(),
      /** keys of what he handles; for who may not see case data only how many of each kind */
      portfolio: z.array(z.string()),
      since: z.string(),
    }),
  ),
})
export type PeopleList = z.infer<typeof peopleList>

export const personHistory = z.object({
  agency: z.string(),
  person: z.string(),
  name: z.string(),
  isInOffice: z.boolean(),
  terms: z.array(
    listedPerson.extend({
      duty: z.string(),
      deputy: z.string(),
      deputyFrom: z.string(),
      deputyUntil: z.string(),
      portfolio: z.array(z.string()),
      since: z.string(),
      until: z.string().nullable(),
      recordedAt: z.string(),
      source: z.string(),
    }),
  ),
})
export type PersonHistory = z.infer<typeof personHistory>
