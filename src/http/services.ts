import type { Condition } from '../analytics/damage.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Result } from '../base/result.ts'
import type { Changes } from '../changes/port.ts'
import type { Database } from '../database/database.ts'
import type { Slice } from '../edge/slice.ts'
import type { Evidence } from '../evidence/port.ts'
import type { DecisionPoint, Desk, PointDeps, QueryGate } from '../gate/port.ts'
import type { Guide } from '../guide/port.ts'
import type { Directory, SignInMeans } from '../identity/port.ts'
import type { Ledger, RecordWatch } from '../ledger/port.ts'
import type { Organisation } from '../organisation/port.ts'
import type { Reconcile } from '../reconcile/port.ts'
import type { AccessPage } from '../wire/access.ts'
import type { DemoWalk } from '../wire/demo.ts'
import type { DemoExamples } from '../wire/gate-desk.ts'
import type { PolicyOpenings } from '../wire/gate-policy.ts'
import type { Uploads } from './upload-store.ts'
import type { Watch } from './watching.ts'

/** What the routes need, wired in compose.ts. */
export interface Services {
  /** what each slice hands to the program; its routes, and what waits for whom, are asked of here */
  readonly slices: readonly Slice[]
  readonly database: Database
  readonly ledger: Ledger
  /** records, tables and files held against what was sealed and signed */
  readonly records: RecordWatch
  /** keys lie within the data folder */
  readonly keysBesideData: boolean
  readonly clock: Clock
  /** what is known of the analytic store's state */
  readonly condition: Condition
  readonly evidence: Evidence
  readonly reconcile: Reconcile
  readonly guide: Guide
  readonly gate: QueryGate
  readonly desk: Desk
  readonly point: Point
  /** what takes two persons to change */
  readonly changes: Changes
  /** who gets in without approval under the policies in force; worked out once for each version, in some ten seconds */
  readonly openings: () => Promise<PolicyOpenings>
  /** address of this program as people and printed codes name it */
  readonly origin: string
  /** people, units and posts */
  readonly staff: Organisation
  readonly demo: Demo
  readonly organisation: string
  /** uploads that wait for their mapping */
  readonly uploads: Uploads
  /** folder for personnel files that wait to be applied */
  readonly uploadFolder: string
  readonly maxUploadBytes: number
  readonly webFolder: string
  /** `host:port` names served besides loopback */
  readonly publicHosts: readonly string[]
  /** true behind HTTPS: cookies are Secure and HSTS is sent */
  readonly isSecure: boolean
  /** TLS of our own, for systems that come with a certificate; undefined: a proxy in front, or loopback */
  /** the agency's own ways in, besides local passwords */
  readonly oidc: SignInMeans | undefined
  readonly directory: Directory | undefined
  readonly tls: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer } | undefined
  readonly operatorToken: string
  readonly accessReport: (
    page: AccessPage,
    printedBy: string,
    printedAt: Date,
  ) => Promise<Result<Uint8Array, { readonly code: string }>>
  readonly log: Log
  /** addresses (or networks) of proxies that say for whom they ask; none: nobody is believed */
  readonly trustedProxies?: readonly string[]
  /** health and figures for those who watch the program; undefined: not served */
  readonly watch?: Watch
}

/** What answers other systems (AuthZEN), and what it is made of. */
export interface Point {
  readonly decide: DecisionPoint
  readonly parts: PointDeps
}

/** The sample agency: whether it is loaded, and its removal as one act. */
export interface Demo {
  isLoaded(): Promise<boolean>
  /** Removes everything made from it, after recording who did. */
  remove(by: { readonly account: string; readonly post: string }): Promise<void>
  /** Looks this account can try on its agency's sample database. */
  examples(agency: string, account: string): Promise<DemoExamples['examples']>
  /** The walk through the guide's cases and what of it has been done. */
  walk(): Promise<DemoWalk>
}
