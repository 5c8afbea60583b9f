/** Words of undoing an import, and of how one was read. */
export const importUndoTextEn = {
  start: 'Propose to undo…',
  title: 'Propose to undo this import',
  lead: 'Another person has to approve. The rows it loaded are then removed, and the next reconciliation judges without them; the file is kept, encrypted, and may be imported again.',
  reason: 'Why it is undone',
  reasonNote: 'Six characters or more; recorded.',
  cancel: 'Cancel',
  send: 'Propose',
  withdrawn: 'Undone by',
  mapping: 'Mapping',
} as const
