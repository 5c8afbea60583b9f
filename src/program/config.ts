import { BlockList, isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { LOG_LEVELS, type LogSettings } from '../base/log.ts'
import { fail, ok, type Result } from '../base/result.ts'

/** Everything the environment decides. Read once, here and nowhere else. */
export interface Config {
  readonly dataFolder: string
  readonly keysFolder: string
  readonly webFolder: string
  readonly host: string
  readonly port: number
  /** undefined: the embedded engine */
  readonly postgresUrl: string | undefined
  /** how long a statement somebody waits for may take */
  readonly postgresTimeoutSeconds: number
  readonly clickhouseUrl: string | undefined
  /** undefined: plain HTTP on loopback; otherwise the https address people use, from a proxy in front */
  readonly publicUrl: URL | undefined
  /** proxies whose word on the caller's address is taken: addresses or networks */
  readonly trustedProxies: readonly string[]
  readonly log: LogSettings
  /** file with the key that reads the figures from elsewhere; undefined: this machine only */
  readonly metricsKeyFile: string | undefined
  /** TLS of our own with a CA for the certificates of calling systems; undefined: none */
  readonly tls: { readonly certFile: string; readonly keyFile: string; readonly clientCaFile: string } | undefined
  /** the OpenID provider people sign in at; undefined: none */
  readonly oidc:
    | {
        readonly issuer: URL
        readonly clientId: string
        readonly secretFile: string
        readonly accountClaim: string
        readonly name: string
      }
    | undefined
  /** the directory that checks passwords of accounts without one here; undefined: none */
  readonly directory: { readonly url: string; readonly bindName: string } | undefined
  readonly organisation: string
  /** name of the event log: a URL without scheme, the same for the life of the log */
  readonly logName: string
  /** policy file of the witnesses to ask; undefined: none */
  readonly witnessPolicyFile: string | undefined
  /** hours the log goes on with fewer witnesses than the policy asks for */
  readonly witnessGraceHours: number
  /** time authority (RFC 3161); undefined: none */
  readonly stamping:
    | { readonly url: string; readonly rootsFile: string; readonly intervalHours: number; readonly graceHours: number }
    | undefined
  /** folder of the gate's policies; undefined: the ones that come with the program */
  readonly policyFolder: string | undefined
  readonly maxUploadBytes: number
  /** whether the sample agency is loaded into an empty installation */
  readonly loadsSample: boolean
  readonly sampleAccesses: number
}

const GIB = 1024 ** 3
const PROJECT = resolve(import.meta.dirname, '../..')

/** Addresses or networks, separated by commas: `10.1.2.3, 10.2.0.0/16, fd00::/8`. */
const networks = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()])))
  .refine((list) => list.every(isNetwork), { message: 'addresses or networks such as 10.1.2.3 or 10.2.0.0/16' })

function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more !== undefined) return false
  if (bits === undefined) return true
  try {
    new BlockList().addSubnet(address, /^\d{1,3}$/.test(bits) ? Number(bits) : -1, family === 4 ? 'ipv4' : 'ipv6')
    return true
  } catch {
    return false
  }
}

const environment = z.object({
  SHOUMI_TRUSTED_PROXY: networks,
  SHOUMI_LOG_FORMAT: z.enum(['text', 'json']).default('text'),
  SHOUMI_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  SHOUMI_METRICS_KEY_FILE: z.string().min(1).optional(),
  SHOUMI_DATA: z.string().min(1).optional(),
  SHOUMI_KEYS: z.string().min(1).optional(),
  SHOUMI_HOST: z.string().min(1).default('127.0.0.1'),
  SHOUMI_PORT: z.coerce.number().int().min(0).max(65_535).default(8790),
  SHOUMI_POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  SHOUMI_POSTGRES_TIMEOUT_S: z.coerce.number().min(1).max(3600).default(20),
  SHOUMI_CLICKHOUSE_URL: z.url({ protocol: /^https?$/ }).optional(),
  SHOUMI_PUBLIC_URL: z.url({ protocol: /^https$/ }).optional(),
  SHOUMI_TLS_CERT: z.string().min(1).optional(),
  SHOUMI_TLS_KEY: z.string().min(1).optional(),
  SHOUMI_TLS_CLIENT_CA: z.string().min(1).optional(),
  SHOUMI_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  SHOUMI_OIDC_CLIENT: z.string().min(1).optional(),
  SHOUMI_OIDC_SECRET_FILE: z.string().min(1).optional(),
  SHOUMI_OIDC_ACCOUNT_CLAIM: z.string().min(1).default('preferred_username'),
  SHOUMI_OIDC_NAME: z.string().min(1).max(40).default('機關單一登入'),
  SHOUMI_LDAP_URL: z.url({ protocol: /^ldaps?$/ }).optional(),
  SHOUMI_LDAP_BIND_NAME: z.string().includes('{account}').optional(),
  SHOUMI_ORGANISATION: z.string().min(1).max(60).default('雲山縣政府'),
  SHOUMI_LOG_NAME: z
    .string()
    .regex(/^[a-z0-9.-]+(\/[A-Za-z0-9._-]+)*$/)
    .default('localhost/shoumi'),
  SHOUMI_WITNESS_POLICY: z.string().min(1).optional(),
  SHOUMI_WITNESS_GRACE_HOURS: z.coerce.number().min(0.01).max(8760).default(72),
  SHOUMI_STAMP_URL: z.url({ protocol: /^https?$/ }).optional(),
  SHOUMI_STAMP_ROOTS: z.string().min(1).optional(),
  SHOUMI_STAMP_INTERVAL_HOURS: z.coerce.number().min(0.01).max(720).default(1),
  SHOUMI_STAMP_GRACE_HOURS: z.coerce.number().min(0.01).max(8760).default(72),
  SHOUMI_POLICIES: z.string().min(1).optional(),
  SHOUMI_MAX_UPLOAD_GIB: z.coerce.number().min(0.001).max(1024).default(4),
  SHOUMI_SAMPLE: z.enum(['yes', 'no']).default('yes'),
  SHOUMI_SAMPLE_ACCESSES: z.coerce.number().int().min(10_000).max(100_000_000).default(20_000),
})

/** Reads the settings; a failure lists every bad one by name. Values are not repeated: they may be secrets. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Result<Config, readonly string[]> {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    return fail(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  }
  const given = parsed.data
  if ((given.SHOUMI_STAMP_URL === undefined) !== (given.SHOUMI_STAMP_ROOTS === undefined))
    return fail(['SHOUMI_STAMP_URL and SHOUMI_STAMP_ROOTS: give both or neither'])
  const { SHOUMI_TLS_CERT: certFile, SHOUMI_TLS_KEY: keyFile, SHOUMI_TLS_CLIENT_CA: clientCaFile } = given
  const tls = certFile && keyFile && clientCaFile ? { certFile, keyFile, clientCaFile } : undefined
  if (!tls && (certFile ?? keyFile ?? clientCaFile) !== undefined)
    return fail(['SHOUMI_TLS_CERT, SHOUMI_TLS_KEY and SHOUMI_TLS_CLIENT_CA: give all three or none'])
  const ways = readSignInWays(given)
  if (!ways.ok) return ways
  const dataFolder = resolve(given.SHOUMI_DATA ?? `${PROJECT}/data`)
  return ok({
    dataFolder,
    keysFolder: resolve(given.SHOUMI_KEYS ?? `${dataFolder}/keys`),
    webFolder: `${PROJECT}/web/dist`,
    host: given.SHOUMI_HOST,
    port: given.SHOUMI_PORT,
    postgresUrl: given.SHOUMI_POSTGRES_URL,
    postgresTimeoutSeconds: given.SHOUMI_POSTGRES_TIMEOUT_S,
    clickhouseUrl: given.SHOUMI_CLICKHOUSE_URL,
    publicUrl: given.SHOUMI_PUBLIC_URL ? new URL(given.SHOUMI_PUBLIC_URL) : undefined,
    trustedProxies: given.SHOUMI_TRUSTED_PROXY,
    log: { format: given.SHOUMI_LOG_FORMAT, level: given.SHOUMI_LOG_LEVEL },
    metricsKeyFile: given.SHOUMI_METRICS_KEY_FILE,
    tls,
    ...ways.value,
    organisation: given.SHOUMI_ORGANISATION,
    logName: given.SHOUMI_LOG_NAME,
    witnessPolicyFile: given.SHOUMI_WITNESS_POLICY,
    witnessGraceHours: given.SHOUMI_WITNESS_GRACE_HOURS,
    stamping:
      given.SHOUMI_STAMP_URL === undefined || given.SHOUMI_STAMP_ROOTS === undefined
        ? undefined
        : {
            url: given.SHOUMI_STAMP_URL,
            rootsFile: given.SHOUMI_STAMP_ROOTS,
            intervalHours: given.SHOUMI_STAMP_INTERVAL_HOURS,
            graceHours: given.SHOUMI_STAMP_GRACE_HOURS,
          },
    policyFolder: given.SHOUMI_POLICIES === undefined ? undefined : resolve(given.SHOUMI_POLICIES),
    maxUploadBytes: given.SHOUMI_MAX_UPLOAD_GIB * GIB,
    loadsSample: given.SHOUMI_SAMPLE === 'yes',
    sampleAccesses: given.SHOUMI_SAMPLE_ACCESSES,
  })
}

type Given = z.infer<typeof environment>
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

function readSignInWays(given: Given): Result<Pick<Config, 'oidc' | 'directory'>, readonly string[]> {
  const {
    SHOUMI_OIDC_ISSUER: issuer,
    SHOUMI_OIDC_CLIENT: clientId,
    SHOUMI_OIDC_SECRET_FILE: secretFile,
    SHOUMI_LDAP_URL: url,
    SHOUMI_LDAP_BIND_NAME: bindName,
  } = given
  const isOidcWhole = issuer && clientId && secretFile
  if (!isOidcWhole && (issuer ?? clientId ?? secretFile) !== undefined)
    return fail(['SHOUMI_OIDC_ISSUER, SHOUMI_OIDC_CLIENT and SHOUMI_OIDC_SECRET_FILE: give all three or none'])
  if ((url === undefined) !== (bindName === undefined))
    return fail(['SHOUMI_LDAP_URL and SHOUMI_LDAP_BIND_NAME: give both or neither'])
  // Passwords and codes cross no network in the clear.
  if (issuer && isOpenAbroad(issuer, 'http:')) return fail(['SHOUMI_OIDC_ISSUER: https, except on this machine'])
  if (url && isOpenAbroad(url, 'ldap:')) return fail(['SHOUMI_LDAP_URL: ldaps, except on this machine'])
  return ok({
    oidc: isOidcWhole
      ? {
          issuer: new URL(issuer),
          clientId,
          secretFile,
          accountClaim: given.SHOUMI_OIDC_ACCOUNT_CLAIM,
          name: given.SHOUMI_OIDC_NAME,
        }
      : undefined,
    directory: url && bindName ? { url, bindName } : undefined,
  })
}

const isOpenAbroad = (address: string, openProtocol: string): boolean => {
  const { protocol, hostname } = new URL(address)
  return protocol === openProtocol && !LOOPBACK.includes(hostname)
}
