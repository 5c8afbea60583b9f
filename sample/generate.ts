import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CountyOptions, playCounty, rosterRowsOf } from './county.ts'
import type { Style } from './office-files.ts'
import { MADE_BY, MANIFEST, TRUTH, takeFolder } from './out-folder.ts'
import { MAX_WORKBOOK_ROWS, openOutputs, type SampleFile } from './outputs.ts'

export interface SampleOptions extends CountyOptions {
  /** folder for the files: new, empty, or of an earlier sample (see `takeFolder`); throws for any other */
  readonly out: string
  /** told of every evidence row as it is written, in the columns of EVIDENCE_HEADERS */
  readonly onEvidence?: (agency: string, kind: string, fields: readonly string[]) => void
}

export interface SampleManifest {
  readonly files: readonly SampleFile[]
  readonly accesses: number
  /** how many of each the county has */
  readonly county: { readonly persons: number; readonly companies: number; readonly parcels: number }
}

/**
 * Writes a fictional county's exports: access logs, the records that should explain them, and — apart, in truth.jsonl —
 * which accesses are planted misuse. The same options give the same bytes. Memory depends on the number of officials
 * (at most 20,000) and one day's accesses, not on the length of the logs.
 */
export async function generateSample(options: SampleOptions): Promise<SampleManifest> {
  const taken = takeFolder(options.out)
  if (!taken.ok) throw new Error(taken.error.message)
  const folder = taken.value
  const writes = [TRUTH]
  const note = (rest: object = {}) => writePrivate(folder, MANIFEST, { madeBy: MADE_BY, writes, ...rest })
  note()
  const truth: string[] = []
  const rosterRows = rosterRowsOf(options)
  const outputs = openOutputs({
    folder,
    styleOf: (agency, kind) => styleOf(agency, kind, rosterRows),
    isMonthly: options.accesses > 200_000,
    onEvidence: options.onEvidence,
    // Named before it is made: a run cut short leaves a folder that the next one knows as its own.
    onFile: (name) => {
      writes.push(name)
      note()
    },
  })
  const { accesses, world } = playCounty(options, outputs, (entry) => void truth.push(JSON.stringify(entry)))
  const { persons, companies, parcels } = world
  const manifest = { files: outputs.close(), accesses, county: { persons, companies, parcels } }
  writePrivate(folder, TRUTH, `${truth.join('\n')}\n`)
  note(manifest)
  return manifest
}

function writePrivate(folder: string, name: string, content: string | object): void {
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`
  writeFileSync(join(folder, name), text, { mode: 0o600 })
}

const BIG5_KINDS = new Set(['case', 'party', 'assignment', 'post'])

function styleOf(agency: string, kind: string, rosterRows: number): Style {
  if (kind === 'shift' || kind === 'leave')
    return rosterRows > MAX_WORKBOOK_ROWS ? 'utf8-bom' : agency === 'police' ? 'xlsx' : 'ods'
  if (kind === 'presence') return 'gzip'
  if (kind === 'stop' || kind === 'dispatch') return 'tsv'
  return agency === 'insurance' && BIG5_KINDS.has(kind) ? 'big5' : 'utf8-bom'
}
