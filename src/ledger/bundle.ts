import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenedEvent } from './seal.ts'
import { formatProof, type LogProof } from './tlog/proof.ts'

/** Everything a stranger needs to check one record by himself. */
export interface BundleInput {
  readonly eventId: string
  readonly leaf: Buffer
  readonly opened: OpenedEvent
  readonly proof: LogProof
  /** key of the log, `name+id+base64` */
  readonly vkey: string
  /** name of the office that hands this out */
  readonly organisation: string
  readonly issuedAt: Date
  /** time stamp over the checkpoint, where there is one */
  readonly stamp?: { readonly at: Date; readonly token: Buffer }
}

const PAGE = join(import.meta.dirname, 'bundle-page.html')

/**
 * Writes one HTML file that checks itself in any present browser, without a network: facets → commitment → leaf → root →
 * signature. It needs no program of ours; the same proof is inside as text for other tools.
 */
export function writeBundle(input: BundleInput): string {
  const data = {
    eventId: input.eventId,
    organisation: input.organisation,
    issuedAt: input.issuedAt.toISOString(),
    vkey: input.vkey,
    leaf: input.leaf.toString('base64'),
    salt: input.opened.salt.toString('base64'),
    facets: input.opened.facets.map(({ name, hash, open }) => ({
      name,
      hash: hash.toString('base64'),
      ...(open && { salt: open.salt.toString('base64'), bytes: open.bytes.toString('base64') }),
    })),
    index: input.proof.index,
    hashes: input.proof.hashes.map((hash) => hash.toString('base64')),
    checkpoint: input.proof.checkpoint,
    tlogProof: formatProof(input.proof),
    ...(input.stamp && { stamp: { at: input.stamp.at.toISOString(), token: input.stamp.token.toString('base64') } }),
  }
  // Inside a script element only `<` could end it early.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  return readFileSync(PAGE, 'utf8').replace('"RECORD"', () => json)
}
