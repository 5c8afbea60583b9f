import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'
import { canonicalJson, type Json } from '../base/canonical-json.ts'
import type { OpenedEvent } from './seal.ts'
import { sha256 } from './tlog/hash.ts'
import type { LogProof } from './tlog/proof.ts'

/** The format of the record inside: written in its one form (RFC 8785), `<` as \u003c. */
export const BUNDLE_FORMAT = 'shoumi-bundle@v2'

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

const PAGE = readFileSync(join(import.meta.dirname, 'bundle-page.html'), 'utf8')

/**
 * The page around a record. Its own policy names the hashes of its script and style: one changed sign in either, and the
 * browser runs nothing and shows "not verified". Everything it shows is built by that script.
 */
export const bundlePage = (): string =>
  PAGE.replace('SCRIPT_HASH', () => hashSource(/<script>([\s\S]*?)<\/script>/)).replace('STYLE_HASH', () =>
    hashSource(/<style>([\s\S]*?)<\/style>/),
  )

function hashSource(element: RegExp): string {
  const content = element.exec(PAGE)?.[1]
  assert(content !== undefined, 'the page has its script and its style')
  return `'sha256-${sha256(Buffer.from(content)).toString('base64')}'`
}

/**
 * Writes one HTML file that checks itself in any present browser, without a network: facets → commitment → leaf → root →
 * signature. It needs no program of ours. What no hash covers stands apart in it and is shown so.
 */
export function writeBundle(input: BundleInput): string {
  const json = canonicalJson(bundleRecord(input)).replaceAll('<', '\\u003c')
  return bundlePage().replace('"RECORD"', () => json)
}

function bundleRecord({ eventId, organisation, issuedAt, vkey, leaf, opened, proof, stamp }: BundleInput): Json {
  return {
    format: BUNDLE_FORMAT,
    vkey,
    leaf: leaf.toString('base64'),
    salt: opened.salt.toString('base64'),
    facets: opened.facets.map(facetRecord),
    index: proof.index,
    hashes: proof.hashes.map((hash) => hash.toString('base64')),
    checkpoint: proof.checkpoint,
    unproved: {
      ...{ eventId, organisation, issuedAt: issuedAt.toISOString() },
      ...(stamp && { stampedAt: stamp.at.toISOString() }),
    },
    ...(stamp && { stampToken: stamp.token.toString('base64') }),
  }
}

// Laid open, withheld, or not there: a hash never stands beside the text it should be of.
function facetRecord({ name, hash, open }: OpenedEvent['facets'][number]): Json {
  if (!open) return { name, hash: hash.toString('base64') }
  if (open.bytes.length === 0) return { name }
  return { name, salt: open.salt.toString('base64'), bytes: open.bytes.toString('base64') }
}
