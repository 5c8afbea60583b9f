import { fixedClock } from '../base/clock.ts'
import { type BundleInput, bundlePage, writeBundle } from './bundle.ts'
import { FACETS, type FacetName, facetBytes, hashFacet } from './facets.ts'
import { commit, encodeLeaf } from './leaf.ts'
import type { OpenedEvent } from './seal.ts'
import { formatCheckpoint } from './tlog/checkpoint.ts'
import { cosign } from './tlog/cosignature.ts'
import { hashLeaf, sha256 } from './tlog/hash.ts'
import { signNote } from './tlog/note.ts'
import { COSIGNER_KEY, formatNoteKey, LOG_KEY, type NoteSigner, noteSigner } from './tlog/note-key.ts'
import type { LogProof } from './tlog/proof.ts'
import { inclusionSteps, type NodeId, peaksOfHashes, rootOfPeaks } from './tlog/tree.ts'

/** A log of its own in memory, of which one record is handed out: what the tests of proof files alter. */
export const ORIGIN = 'log.example.gov.tw/events'
export const logSigner: NoteSigner = noteSigner(ORIGIN, LOG_KEY, Buffer.alloc(32, 7))
export const witnessSigner: NoteSigner = noteSigner('audit.example.gov.tw/w', COSIGNER_KEY, Buffer.alloc(32, 8))
export const clock = fixedClock(new Date('2026-11-23T01:00:00Z'))

interface Given {
  readonly signer?: NoteSigner
  readonly size?: number
  readonly index?: number
  readonly withheld?: readonly FacetName[]
  readonly reason?: string
  readonly detail?: { readonly [name: string]: string | number }
  readonly kind?: 'look' | 'import'
  readonly subjectRef?: string
  readonly stamp?: BundleInput['stamp']
}

export interface MadeBundle {
  readonly html: string
  /** the record inside, as text */
  readonly text: string
  readonly input: BundleInput
  readonly checkpoint: string
}

export function makeBundle(given: Given = {}): MadeBundle {
  const { signer = logSigner, size = 300, index = 256 } = given
  const opened = openedEvent(given)
  const hashes = opened.facets.map(({ hash }) => hash)
  const leaf = encodeLeaf({ class: 1, expiresMonth: 143, commitment: commit(opened.salt, hashes) })
  const proof = proveIn(size, index, leaf, signer)
  const input = {
    ...{ eventId: '01944d6e-0000-7000-8000-000000000001', leaf, opened, proof },
    ...{ vkey: formatNoteKey(signer.key), organisation: '雲山縣政府', issuedAt: clock.now() },
    ...(given.stamp && { stamp: given.stamp }),
  }
  const html = writeBundle(input)
  return { html, text: recordIn(html), input, checkpoint: proof.checkpoint }
}

function openedEvent({ withheld = [], ...given }: Given): OpenedEvent {
  const bytes = facetBytes({
    kind: given.kind ?? 'look',
    at: clock.now(),
    actor: 'lin',
    actorPost: '政風處 科員',
    subjectRef: given.subjectRef ?? 'access:0123',
    reason: given.reason ?? '</script><script>alert(1)</script> 案件',
    detail: given.detail ?? { n: 3, outcome: '可以查詢' },
    person: 'p-7f3a',
  })
  const facets = FACETS.map((name, i) => {
    const open = { name, salt: Buffer.alloc(16, i + 1), bytes: bytes[name] }
    return { name, hash: hashFacet(open), ...(!withheld.includes(name) && { open }) }
  })
  return { salt: Buffer.alloc(32, 9), facets, isTrue: true }
}

function proveIn(size: number, index: number, leaf: Buffer, signer: NoteSigner): LogProof {
  const leaves = Array.from({ length: size }, (_, i) =>
    i === index ? hashLeaf(leaf) : sha256(Buffer.from(`leaf ${i}`)),
  )
  const rootOf = (ids: readonly NodeId[]) =>
    rootOfPeaks(
      ids.map(({ level, index: at }) =>
        rootOfPeaks(peaksOfHashes(Buffer.concat(leaves.slice(at * 2 ** level, (at + 1) * 2 ** level)))),
      ),
    )
  const root = rootOfPeaks(peaksOfHashes(Buffer.concat(leaves)))
  const body = formatCheckpoint({ origin: signer.key.name, size, root })
  const checkpoint = signNote(body, [signer]) + cosign(body, witnessSigner, clock.now())
  return { index, hashes: inclusionSteps(index, size).map(rootOf), checkpoint, extra: leaf }
}

/** The record as it stands in a page. */
export const recordIn = (html: string): string =>
  /<script type="application\/json" id="record">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? ''

/** The page with another text in the place of its record. */
export const pageWith = (text: string): string => bundlePage().replace('"RECORD"', () => text)
