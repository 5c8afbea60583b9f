import { randomBytes } from 'node:crypto'
import { fromBER, Integer, Null, OctetString } from 'asn1js'
import {
  AlgorithmIdentifier,
  Certificate,
  ContentInfo,
  MessageImprint,
  SignedData,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
} from 'pkijs'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { askOutside } from './ask-outside.ts'
import { sha256 } from './tlog/hash.ts'

const SHA256_OID = '2.16.840.1.101.3.4.2.1'
const EXTENDED_KEY_USAGE_OID = '2.5.29.37'
const TIME_STAMPING_OID = '1.3.6.1.5.5.7.3.8'
const MAX_TOKEN_BYTES = 64 * 1024
const MAX_GRANTED_STATUS = 1
const TIMEOUT_MS = 10_000
/** How far the authority's clock and this machine's may stand apart. */
export const STAMP_TOLERANCE_MS = 5 * 60_000

/** A time authority's word that these bytes existed at this time (RFC 3161). */
export interface Stamp {
  readonly token: Buffer
  readonly at: Date
}

/**
 * `unreachable`: no usable answer in time; ask again later. `refused`: the authority said no. `wrong`: an answer to
 * something else, without end, or one that does not verify. `wrong-time`: a right stamp whose time is not the time at which
 * it was asked for. None of them is kept; the last two a person has to be told of.
 */
export type StampFailure = 'unreachable' | 'refused' | 'wrong' | 'wrong-time'

/** Whom to ask, and by which clock its word is measured. */
export interface StampAuthority {
  readonly url: string
  /** certificates its answers must lead to, DER */
  readonly roots: readonly Buffer[]
  readonly clock: Clock
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks an authority to stamp these bytes and verifies its answer before it is believed. The time in it must lie between
 * two of ours, asking and having it: an old stamp would end the grace at once, one of a later year would end the asking.
 */
export async function requestStamp(
  bytes: Uint8Array,
  { url, roots, clock, timeoutMs = TIMEOUT_MS, signal }: StampAuthority,
): Promise<Result<Stamp, StampFailure>> {
  const nonce = randomBytes(8)
  // A DER integer whose first bit is set would be negative.
  nonce[0] = (nonce[0] ?? 0) & 0x7f || 1
  const askedAt = clock.now()
  const answer = await askOutside(url, {
    ...{ method: 'POST', type: 'application/timestamp-query', timeoutMs, maxBytes: MAX_TOKEN_BYTES, signal },
    body: new Uint8Array(encodeRequest(bytes, nonce)),
  })
  const hadAt = clock.now()
  if (!answer.ok) return fail(answer.error === 'too-large' ? 'wrong' : 'unreachable')
  if (answer.value.status < 200 || answer.value.status > 299) return fail('unreachable')
  const token = tokenOf(answer.value.bytes)
  if (typeof token === 'string') return fail(token)
  const at = await verifyStamp(token, bytes, roots, nonce)
  if (!at) return fail('wrong')
  return isBetween(at, askedAt, hadAt) ? ok({ token, at }) : fail('wrong-time')
}

function tokenOf(answer: Buffer): Buffer | 'unreachable' | 'refused' {
  try {
    const { status, timeStampToken } = TimeStampResp.fromBER(arrayBuffer(answer))
    if (status.status > MAX_GRANTED_STATUS || !timeStampToken) return 'refused'
    return Buffer.from(timeStampToken.toSchema().toBER())
  } catch {
    // The library throws on everything that has not the form of an answer: a page of a proxy, half a file.
    return 'unreachable'
  }
}

const isBetween = (at: Date, askedAt: Date, hadAt: Date): boolean =>
  at.getTime() >= askedAt.getTime() - STAMP_TOLERANCE_MS && at.getTime() <= hadAt.getTime() + STAMP_TOLERANCE_MS

/**
 * When the bytes were stamped, if this token is by a time-stamping certificate under one of these roots and over exactly
 * these bytes; undefined otherwise.
 */
export async function verifyStamp(
  token: Buffer,
  bytes: Uint8Array,
  roots: readonly Buffer[],
  nonce?: Buffer,
): Promise<Date | undefined> {
  try {
    const signed = new SignedData({ schema: ContentInfo.fromBER(arrayBuffer(token)).content })
    const content = signed.encapContentInfo.eContent
    if (!content) return undefined
    const info = TSTInfo.fromBER(content.valueBlock.valueHexView.slice().buffer)
    const imprint = Buffer.from(info.messageImprint.hashedMessage.valueBlock.valueHexView)
    if (info.messageImprint.hashAlgorithm.algorithmId !== SHA256_OID || !imprint.equals(sha256(bytes))) return undefined
    if (nonce && !Buffer.from(info.nonce?.valueBlock.valueHexView ?? []).equals(nonce)) return undefined
    const trustedCerts = roots.map((root) => Certificate.fromBER(arrayBuffer(root)))
    const judged = await signed.verify({
      signer: 0,
      data: arrayBuffer(bytes),
      trustedCerts,
      checkChain: true,
      checkDate: info.genTime,
      extendedMode: true,
    })
    return judged.signatureVerified && isTimeStamping(judged.signerCertificate) ? info.genTime : undefined
  } catch {
    // The library throws on every way a token can be malformed or not verify: none of them is a stamp.
    return undefined
  }
}

function isTimeStamping(certificate: Certificate | null | undefined): boolean {
  const usage = certificate?.extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE_OID)?.parsedValue as
    | { keyPurposes?: readonly string[] }
    | undefined
  return usage?.keyPurposes?.includes(TIME_STAMPING_OID) ?? false
}

function encodeRequest(bytes: Uint8Array, nonce: Buffer): Buffer {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256_OID, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: arrayBuffer(sha256(bytes)) }),
    }),
    nonce: new Integer({ valueHex: arrayBuffer(nonce) }),
    certReq: true,
  })
  return Buffer.from(request.toSchema().toBER(false))
}

const arrayBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

/** Reads certificates in PEM, one or more; throws on a file that holds none. */
export function readCertificates(pem: string): Buffer[] {
  const found = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)]
  const certificates = found.map((match) => Buffer.from((match[1] ?? '').replaceAll(/\s/g, ''), 'base64'))
  if (certificates.length === 0 || certificates.some((each) => fromBER(arrayBuffer(each)).offset === -1))
    throw new Error('no certificate in this file')
  return certificates
}

const MS_PER_HOUR = 3_600_000

/** How the log stands with its time authority: going on without stamps is bounded, then new records are refused. */
export function judgeStampAge(
  lastStampAt: Date,
  now: Date,
  limits: { readonly intervalHours: number; readonly graceHours: number },
): 'fine' | 'degraded' | 'refuse' {
  const ageHours = (now.getTime() - lastStampAt.getTime()) / MS_PER_HOUR
  if (ageHours <= 2 * limits.intervalHours) return 'fine'
  return ageHours <= limits.graceHours ? 'degraded' : 'refuse'
}
