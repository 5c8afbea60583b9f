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
import { fail, ok, type Result } from '../base/result.ts'
import { sha256 } from './tlog/hash.ts'

const SHA256_OID = '2.16.840.1.101.3.4.2.1'
const EXTENDED_KEY_USAGE_OID = '2.5.29.37'
const TIME_STAMPING_OID = '1.3.6.1.5.5.7.3.8'
const MAX_TOKEN_BYTES = 64 * 1024
const MAX_GRANTED_STATUS = 1
const TIMEOUT_MS = 10_000

/** A time authority's word that these bytes existed at this time (RFC 3161). */
export interface Stamp {
  readonly token: Buffer
  readonly at: Date
}

/**
 * `unreachable`: no usable answer; ask again later. `refused`: the authority said no. `wrong`: an answer to something
 * else, or one that does not verify: do not keep it, and tell a person.
 */
export type StampFailure = 'unreachable' | 'refused' | 'wrong'

/** Asks an authority to stamp these bytes and verifies its answer before it is believed. */
export async function requestStamp(
  url: string,
  bytes: Uint8Array,
  roots: readonly Buffer[],
): Promise<Result<Stamp, StampFailure>> {
  const nonce = randomBytes(8)
  // A DER integer whose first bit is set would be negative.
  nonce[0] = (nonce[0] ?? 0) & 0x7f || 1
  const answer = await post(url, encodeRequest(bytes, nonce))
  if (!answer) return fail('unreachable')
  const response = parse(() => TimeStampResp.fromBER(arrayBuffer(answer)))
  if (!response) return fail('unreachable')
  if (response.status.status > MAX_GRANTED_STATUS || !response.timeStampToken) return fail('refused')
  const token = Buffer.from(response.timeStampToken.toSchema().toBER())
  const at = await verifyStamp(token, bytes, roots, nonce)
  return at ? ok({ token, at }) : fail('wrong')
}

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

async function post(url: string, body: Buffer): Promise<Buffer | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const answer = Buffer.from(await response.arrayBuffer())
    return response.ok && answer.length <= MAX_TOKEN_BYTES ? answer : undefined
  } catch {
    return undefined
  }
}

function parse<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
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
