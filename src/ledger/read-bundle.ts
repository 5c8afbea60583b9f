import { canonicalJson, type Json } from '../base/canonical-json.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { BUNDLE_FORMAT } from './bundle.ts'
import { FACET_SALT_BYTES, FACETS, type FacetName, hashFacet } from './facets.ts'
import { readJson } from './read-json.ts'
import { decodeBase64 } from './tlog/base64.ts'
import { HASH_BYTES, sha256 } from './tlog/hash.ts'
import { formatProof } from './tlog/proof.ts'

const LEAF_BYTES = 36
const COMMIT_SALT_BYTES = 32
const MAX_HASHES = 63

/** A facet as a file hands it out: laid open, withheld (its hash alone), or not there (neither). */
export interface BundleFacet {
  readonly name: FacetName
  readonly hash?: Buffer
  readonly open?: { readonly salt: Buffer; readonly bytes: Buffer }
}

/** What an evidence page holds. Nothing of it is verified yet. */
export interface Bundle {
  readonly vkey: string
  readonly leaf: Buffer
  readonly salt: Buffer
  readonly facets: readonly BundleFacet[]
  readonly index: number
  readonly hashes: readonly Buffer[]
  readonly checkpoint: string
  /** written in by whoever issued the file; nothing covers these */
  readonly unproved: Readonly<Record<string, string>>
  /** whether the page around the record is one that this program knows, sign by sign */
  readonly isPageKnown: boolean
}

/**
 * SHA-256 of every page ever handed out, with "RECORD" in the place of its record. A page that is none of these may show
 * anything, whatever its record proves. Never shortened: old files are checked for decades.
 */
export const KNOWN_PAGES: ReadonlySet<string> = new Set([
  'de6e0257218436b63291bea00d23c11c41292a9c3a65c801e3bb807685d76204',
  '073206cd377c428996084b3e97fe3cef4a83551d00f84579e1ddda10add19a63',
])

/** Where the record stands in the page, newest version first. */
const FORMS = [
  { head: '<script type="application/json" id="record">', tail: '</script>', read: readRecord },
  { head: 'const record = ', tail: '\n', read: readFirstRecord },
] as const

/** Whether this text is an evidence page, of any version. */
export const isBundle = (html: string): boolean =>
  /^<!doctype html>/i.test(html) && FORMS.some(({ head }) => html.includes(head))

/** Reads the record out of an evidence page. `malformed`: not exactly one record in its one form. */
export function readBundle(html: string): Result<Bundle, 'malformed'> {
  const form = FORMS.find(({ head }) => html.includes(head))
  if (!form) return fail('malformed')
  const from = html.indexOf(form.head) + form.head.length
  const to = html.indexOf(form.tail, from)
  if (to === -1 || html.includes(form.head, from)) return fail('malformed')
  const record = form.read(html.slice(from, to))
  const page = `${html.slice(0, from)}"RECORD"${html.slice(to)}`
  const isPageKnown = KNOWN_PAGES.has(sha256(Buffer.from(page)).toString('hex'))
  return record ? ok({ ...record, isPageKnown }) : fail('malformed')
}

type Draft = Omit<Bundle, 'isPageKnown'>
type Fields = Readonly<Record<string, Json>>

const KEYS = ['checkpoint', 'facets', 'format', 'hashes', 'index', 'leaf', 'salt', 'unproved', 'vkey']
const APART = ['eventId', 'issuedAt', 'organisation']

function readRecord(text: string): Draft | undefined {
  const data = readJson(text)
  if (
    data === undefined ||
    canonicalJson(data).replaceAll('<', '\\u003c') !== text ||
    !hasKeys(data, KEYS, ['stampToken'])
  )
    return undefined
  const { format, facets, unproved, stampToken } = data
  const isStamp = stampToken === undefined || bytesOf(stampToken) !== undefined
  if (format !== BUNDLE_FORMAT || !hasKeys(unproved, APART, ['stampedAt']) || !isStamp) return undefined
  const told = Object.entries(unproved).flatMap(([key, each]) => (typeof each === 'string' ? [[key, each]] : []))
  const read = Array.isArray(facets) ? facets.map(readFacet) : []
  if (told.length !== Object.keys(unproved).length) return undefined
  return commonOf(data, read, Object.fromEntries(told))
}

function readFacet(facet: Json, i: number): BundleFacet | undefined {
  const name = FACETS[i]
  if (name === undefined || !isFields(facet) || facet['name'] !== name) return undefined
  if (hasKeys(facet, ['name'])) return { name }
  if (hasKeys(facet, ['name', 'hash'])) {
    const hash = bytesOf(facet['hash'], HASH_BYTES)
    return hash && { name, hash }
  }
  return hasKeys(facet, ['name', 'salt', 'bytes']) ? openFacet(name, facet) : undefined
}

function openFacet(name: FacetName, facet: Fields): BundleFacet | undefined {
  const [salt, bytes] = [bytesOf(facet['salt'], FACET_SALT_BYTES), bytesOf(facet['bytes'])]
  return salt && bytes && bytes.length > 0 && textOf(bytes) !== undefined ? { name, open: { salt, bytes } } : undefined
}

/** The text of a facet's bytes, when they are JSON in its one form; undefined otherwise. */
export function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8')
  const value = Buffer.from(text).equals(bytes) ? readJson(text) : undefined
  return value !== undefined && canonicalJson(value) === text ? text : undefined
}

// The first version put a hash beside each text and the proof as text besides: what does not agree with itself is refused.
function readFirstRecord(text: string): Draft | undefined {
  const data = readJson(text)
  if (data === undefined || JSON.stringify(data).replaceAll('<', '\\u003c') !== text) return undefined
  const keys = [
    'eventId',
    'organisation',
    'issuedAt',
    'vkey',
    'leaf',
    'salt',
    'facets',
    'index',
    'hashes',
    'checkpoint',
  ]
  if (!hasKeys(data, [...keys, 'tlogProof'], ['stamp'])) return undefined
  const { eventId, organisation, issuedAt, facets } = data
  const told = { eventId: String(eventId), organisation: String(organisation), issuedAt: String(issuedAt) }
  const draft = commonOf(data, Array.isArray(facets) ? facets.map(readFirstFacet) : [], told)
  return draft && formatProof(draft) === data['tlogProof'] ? draft : undefined
}

function readFirstFacet(facet: Json, i: number): BundleFacet | undefined {
  const name = FACETS[i]
  if (name === undefined || !isFields(facet) || facet['name'] !== name) return undefined
  if (hasKeys(facet, ['name', 'hash'])) return readFacet(facet, i)
  if (!hasKeys(facet, ['name', 'hash', 'salt', 'bytes'])) return undefined
  if (facet['bytes'] === '') return { name }
  const open = openFacet(name, facet)
  const isItsHash = open?.open && bytesOf(facet['hash'])?.equals(hashFacet({ name, ...open.open }))
  return isItsHash ? open : undefined
}

function commonOf(
  data: Fields,
  facets: readonly (BundleFacet | undefined)[],
  unproved: Readonly<Record<string, string>>,
): Draft | undefined {
  const { vkey, index, checkpoint, hashes: path } = data
  const [leaf, salt] = [bytesOf(data['leaf'], LEAF_BYTES), bytesOf(data['salt'], COMMIT_SALT_BYTES)]
  const hashes = Array.isArray(path) ? path.map((each) => bytesOf(each, HASH_BYTES)) : [undefined]
  const areWhole = isAllThere(hashes) && hashes.length <= MAX_HASHES && isAllThere(facets)
  if (!areWhole || facets.length !== FACETS.length || !leaf || !salt) return undefined
  if (typeof vkey !== 'string' || typeof checkpoint !== 'string') return undefined
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return undefined
  return { vkey, leaf, salt, facets, index, hashes, checkpoint, unproved }
}

const isAllThere = <Item>(list: readonly (Item | undefined)[]): list is readonly Item[] =>
  list.every((each) => each !== undefined)

const isFields = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether the value is an object with all of these keys and no other than the optional ones. */
export function hasKeys(
  value: Json | undefined,
  keys: readonly string[],
  optional: readonly string[] = [],
): value is Fields {
  if (!isFields(value)) return false
  const names = Object.keys(value)
  return keys.every((key) => names.includes(key)) && names.every((key) => keys.includes(key) || optional.includes(key))
}

/** Strict base64 of exactly so many bytes, where a length is given. */
export function bytesOf(value: Json | undefined, length?: number): Buffer | undefined {
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined
  return bytes && (length === undefined || bytes.length === length) ? bytes : undefined
}
