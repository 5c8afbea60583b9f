/**
 * Organisation answers: who is in which post of which unit, since when, under whom, with what to handle, and who stands in
 * for him. Agencies state it with files of their personnel system or over SCIM; nothing is ever overwritten, so that it
 * can be said later who held which post on a day. Accounts follow: who leaves the office is out with the same commit.
 * Start reading at import-staff.ts, which is the whole way of a file.
 */

export type { AgreeFailure, DescribedWaiting } from './agree-staff.ts'
export type { Brought } from './bring-staff.ts'
export { createOrganisation, type Organisation } from './create-organisation.ts'
export { shareHousehold } from './household.ts'
export type { Proposals, StaffLook } from './import-staff.ts'
export { noteRole } from './note-role.ts'
export { createOffice } from './office.ts'
export type { PowerKind } from './power.ts'
export { isSamePerson } from './same-person.ts'
export type { Provisioner } from './scim/change.ts'
export { type ScimFailure, type ScimKind, schemaBodies, scimError } from './scim/protocol.ts'
export type { HeldTerm, Term, TermField } from './term.ts'
