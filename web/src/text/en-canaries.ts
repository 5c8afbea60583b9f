/** Words of the sealed list. */
export const canariesTextEn = {
  title: 'Sealed list',
  lead: 'Nobody has a reason to look at what is on this list, so a look at it is a finding. Only pseudonyms are kept, and whoever looks sees nothing of it.',
  seal: 'Seal',
  sealTitle: 'Seal a subject',
  kind: 'Kind',
  kinds: { person: 'Person', company: 'Company', parcel: 'Parcel' },
  identifier: 'ID, company number or parcel',
  identifierNote:
    'Becomes a pseudonym at once; the value is not kept. Use a well-formed number that was never issued, so that no real person is drawn in.',
  note: 'Note',
  noteNote: 'Do not write the number or a name.',
  missing: 'At least three characters.',
  sealed: 'Sealed.',
  unseal: 'Remove',
  unsealed: 'Taken off the list; what was found stays.',
  subject: 'Pseudonym',
  at: 'Sealed at',
  by: 'Sealed by',
  reads: 'Looks',
  empty: 'The list is empty',
  emptyAdvice: 'Seal a few numbers that were never issued, and browsing without a purpose shows itself.',
}
