import { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../base/result.ts'
import type { ProblemDetail } from '../edge/problem.ts'

/** clocks of two machines stand apart */
const CLOCK_MS = 10 * 60_000
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

/**
 * The SHA-256 of a calling system's certificate, when it can ever open a connection here: in force now, for clients, and
 * from the authority this server asks for. `authority`: PEM of that authority; undefined: a proxy checks it.
 */
export function callerFingerprint(
  pem: string,
  now: Date,
  authority: Buffer | undefined,
): Result<Buffer, ProblemDetail> {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
  } catch {
    return fail({ zh: '憑證不是 PEM 格式的 X.509。', en: 'The certificate is no X.509 in PEM.' })
  }
  const wrong = whatIsWrong(certificate, now, authority)
  return wrong ? fail(wrong) : ok(Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex'))
}

function whatIsWrong(
  certificate: X509Certificate,
  now: Date,
  authority: Buffer | undefined,
): ProblemDetail | undefined {
  if (new Date(certificate.validTo) < now)
    return { zh: '憑證已過期，請換發後再登錄。', en: 'The certificate has expired; get a new one.' }
  if (Date.parse(certificate.validFrom) > now.getTime() + CLOCK_MS)
    return { zh: '憑證尚未生效。', en: 'The certificate is not valid yet.' }
  if (certificate.ca)
    return {
      zh: '這是憑證機構的憑證，不是用戶端憑證。',
      en: 'This is the certificate of an authority, not of a client.',
    }
  const uses: readonly string[] | undefined = certificate.keyUsage
  if (uses && uses.length > 0 && !uses.includes(CLIENT_AUTH))
    return {
      zh: '憑證用途不含用戶端驗證（clientAuth）。',
      en: 'The certificate is not for client authentication (clientAuth).',
    }
  if (authority && !isIssuedBy(certificate, authority))
    return {
      zh: '憑證不是由本機設定的憑證機構（SHOUMI_TLS_CLIENT_CA）簽發。',
      en: 'The certificate was not issued by the authority set here (SHOUMI_TLS_CLIENT_CA).',
    }
  return undefined
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

function isIssuedBy(certificate: X509Certificate, authority: Buffer): boolean {
  return (authority.toString().match(PEM) ?? []).some((pem) => {
    const issuer = new X509Certificate(pem)
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  })
}
