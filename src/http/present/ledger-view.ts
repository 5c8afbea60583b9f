import { clockWords, type EventReceipt, type LedgerStatus, type RecordWatch } from '../../ledger/port.ts'
import type { EventReceiptView, LedgerStatusView } from '../../wire/ledger.ts'

/** The log's state as it leaves the server. */
export function ledgerView(status: LedgerStatus, records: RecordWatch, keysBesideData: boolean): LedgerStatusView {
  const { origin, vkey, fingerprint, size, checkpoint, queued, state, aheadOfClock, outside } = status
  const stateDetail =
    state.kind === 'refused'
      ? `${state.failure.code}: ${state.failure.detail}`
      : state.kind === 'stalled'
        ? state.reason
        : aheadOfClock
          ? clockWords(aheadOfClock)
          : ''
  return {
    origin,
    vkey,
    fingerprint,
    size,
    checkpoint,
    queued,
    state: state.kind,
    stateDetail,
    isWitnessed: outside.isWitnessed ?? null,
    seenBy: [...outside.seenBy],
    witnesses: outside.witnesses.map(({ since, ...each }) => ({ ...each, since: since.toISOString() })),
    unwitnessedSince: outside.unwitnessedSince?.toISOString() ?? null,
    unwitnessedUntil: outside.unwitnessedUntil?.toISOString() ?? null,
    isSplitViewPossible: outside.isSplitViewPossible,
    lastStampAt: outside.lastStampAt?.toISOString() ?? null,
    stampFailure: outside.stampFailure ?? null,
    stampState: outside.stampState,
    sweptAt: records.sweptAt()?.toISOString() ?? null,
    openFindings: records.open(),
    keysBesideData,
  }
}

/** An opened event as it leaves the server; sides it does not have are left out, erased ones are null. */
export function receiptView(receipt: EventReceipt): EventReceiptView {
  const facets = (receipt.opened?.facets ?? []).flatMap(({ name, open }) => {
    if (open?.bytes.length === 0) return []
    return [{ name, text: open ? open.bytes.toString() : null }]
  })
  return {
    eventId: receipt.eventId,
    at: receipt.at.toISOString(),
    kind: receipt.kind,
    level: receipt.level,
    index: receipt.index ?? null,
    isTrue: receipt.opened?.isTrue ?? null,
    facets,
  }
}
