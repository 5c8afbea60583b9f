import type { Analytics } from '../analytics/analytics.ts'
import type { Condition } from '../analytics/damage.ts'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import type { Mapping } from '../wire/import.ts'
import type { InTurn } from './in-turn.ts'

/** Who starts something: account, and the post he acts in. */
export interface StartedBy {
  readonly account: string
  readonly post: string
}

export interface ImportJob {
  readonly filePath: string
  readonly fileName: string
  /** `access` or an evidence kind */
  readonly target: string
  readonly agency: string
  /** for accesses: the system the log is of */
  readonly system?: string
  readonly mapping: Mapping
  readonly startedBy: StartedBy
  /** the file is a copy made for this import and goes with its end, whatever that is */
  readonly isUpload?: boolean
  /**
   * Stated by this program, never by a file from people: identifiers are pseudonyms already, and words may be empty. No
   * mapping says so; whoever could, could name a pseudonym and learn whose it is.
   */
  readonly isStated?: boolean
  /** brought back from before rows had salts of their own: its event commits to them as they were */
  readonly isUnsalted?: boolean
  /** when it reached Shoumi: the beginning of its import, at first and whenever it is brought back from the archive */
  readonly knownAt?: Date
}

/** What the slice works with. Folders are absolute. */
export interface EvidenceParts {
  readonly analytics: Analytics
  /** what is known of the store's state; left out: it is whole */
  readonly condition?: Condition
  readonly database: Database
  readonly dataFolder: string
  readonly keysFolder: string
  readonly clock: Clock
}

export interface EvidenceContext extends EvidenceParts {
  /** deciding what an import adds, and taking one away, is done for one import at a time */
  readonly inTurn: InTurn
  readonly subjectKey: Buffer
  readonly archiveKey: Buffer
}

export const tableSuffix = (importId: string): string => importId.replaceAll('-', '')
export const stageTable = (importId: string): string => `stage_${tableSuffix(importId)}`
/** Second and later ones of equal rows, while they get ids of their own. */
export const againTable = (importId: string): string => `${stageTable(importId)}_again`
/** Hashes over the rows of one chunk, on their way into the import's tree. */
export const nodesTable = (importId: string): string => `${stageTable(importId)}_nodes`
/** What is to be known of times that hang on their whole column. */
export const doubtsTable = (importId: string): string => `${stageTable(importId)}_doubts`
export const archivePath = (context: EvidenceParts, importId: string): string =>
  `${context.dataFolder}/archive/${importId}`
export const rejectsPath = (context: EvidenceParts, importId: string): string =>
  `${context.dataFolder}/rejects/${importId}.csv`
export const stagingFolder = (context: EvidenceParts, importId: string): string =>
  `${context.dataFolder}/staging/${importId}`

/** ClickHouse's way of writing an instant. */
export const sqlTime = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '')
/** And back: `YYYY-MM-DD HH:MM:SS.mmm` UTC as ISO. */
export const isoTime = (text: string): string => `${text.replace(' ', 'T')}Z`
