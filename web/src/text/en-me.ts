/** Words of a person's own pages. */
export const meTextEn = {
  actsTitle: 'My acts',
  actsLead:
    'Everything the ledger holds of what you did, as an auditor sees it. If there is an act that was not yours, tell the security office at once.',
}
