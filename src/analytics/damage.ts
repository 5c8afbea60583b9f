/**
 * What is wrong with the store. `unreadable`: what lies there cannot be read. `lost`: it holds other rows than the imports'
 * records say. `unfinished`: it is being rebuilt, or a rebuild was broken off.
 */
export interface Damage {
  readonly kind: 'unreadable' | 'lost' | 'unfinished'
  /** for whoever repairs it: the table or the engine's own code, never a value */
  readonly detail: string
}

/** The store is damaged: nothing is read from it and nothing is written until it was rebuilt. */
export class AnalyticsDamaged extends Error {
  readonly damage: Damage
  constructor(damage: Damage) {
    super(`analytic store ${damage.kind}: ${damage.detail}; run bin/shoumi rebuild analytics`)
    this.damage = damage
  }
}

/** What is known of the store's state, shared by all who work with it. */
export interface Condition {
  damage(): Damage | undefined
  /** The first report stands: what follows from a damage is not what it was. */
  report(damage: Damage): void
  clear(): void
}

export function newCondition(): Condition {
  let known: Damage | undefined
  return {
    damage: () => known,
    report: (damage) => {
      known ??= damage
    },
    clear: () => {
      known = undefined
    },
  }
}

// Only what bytes on a disk can bring about; a full disk, little memory or a lost connection pass by themselves.
const UNREADABLE: ReadonlySet<string> = new Set([
  'CHECKSUM_DOESNT_MATCH',
  'CANNOT_DECOMPRESS',
  'CORRUPTED_DATA',
  'POTENTIALLY_BROKEN_DATA_PART',
  'NO_FILE_IN_DATA_PART',
  'UNEXPECTED_FILE_IN_DATA_PART',
  'BAD_SIZE_OF_FILE_IN_DATA_PART',
  'UNKNOWN_CODEC',
  'UNKNOWN_COMPRESSION_METHOD',
  'TOO_LARGE_SIZE_COMPRESSED',
  'CANNOT_READ_ALL_MARKS',
  'UNKNOWN_FORMAT_VERSION',
  'UNKNOWN_PART_TYPE',
  'BAD_DATA_PART_NAME',
])
// Of these the same may be said of a file that was handed to the engine, so they count only where none was.
const UNREADABLE_WITHOUT_FILE: ReadonlySet<string> = new Set([
  'FILE_DOESNT_EXIST',
  'CANNOT_READ_ALL_DATA',
  'ATTEMPT_TO_READ_AFTER_EOF',
  'SEEK_POSITION_OUT_OF_BOUND',
  'UNEXPECTED_END_OF_FILE',
  'CANNOT_SEEK_THROUGH_FILE',
  'INCORRECT_DATA',
  'INCORRECT_MARK',
])
// What a byte of a table's description brings about: a name that statements of ours ask for is not among its columns.
const OTHER_COLUMNS: ReadonlySet<string> = new Set([
  'UNKNOWN_TABLE',
  'UNKNOWN_IDENTIFIER',
  'NO_SUCH_COLUMN_IN_TABLE',
  'NOT_FOUND_COLUMN_IN_BLOCK',
])
const LASTING_TABLE = /\b(access|verdict_current|verdict_history|evidence_[a-z]+|import_reject|schema_migration)\b/

/** The damage an engine's error speaks of; undefined: it speaks of something else. `readsFile`: a file was handed to it. */
export function damageOf(error: unknown, { readsFile = false } = {}): Damage | undefined {
  if (!(error instanceof Error) || !('type' in error)) return undefined
  const type = String(error.type)
  if (UNREADABLE.has(type)) return { kind: 'unreadable', detail: type }
  if (readsFile) return undefined
  if (UNREADABLE_WITHOUT_FILE.has(type)) return { kind: 'unreadable', detail: type }
  // Without descriptors left (EMFILE) a file cannot be opened either: only one that is not there is missing.
  if (type === 'CANNOT_OPEN_FILE' && /errno: 2\b/.test(error.message)) return { kind: 'unreadable', detail: type }
  const table = OTHER_COLUMNS.has(type) ? LASTING_TABLE.exec(error.message)?.[1] : undefined
  return table === undefined ? undefined : { kind: 'lost', detail: table }
}
