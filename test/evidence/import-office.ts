import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixedClock } from '../../src/base/clock.ts'
import { createEvidence, type Evidence } from '../../src/evidence/create-evidence.ts'
import type { ImportRecord, Mapping } from '../../src/wire/import.ts'
import { temporaryAnalytics, temporaryDatabase } from '../engines.ts'

export interface LoadOptions {
  readonly name?: string
  readonly mapping?: Mapping
  readonly system?: string
}

export interface ImportOffice {
  readonly analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
  readonly database: Awaited<ReturnType<typeof temporaryDatabase>>
  readonly folder: string
  readonly evidence: Evidence
  /** as after a start of the program, over the same stores */
  again(): Promise<Evidence>
  load(content: string | Uint8Array, options?: LoadOptions): Promise<ImportRecord>
  rejectsOf(record: ImportRecord): Promise<string[]>
  close(): Promise<void>
}

export const ACCESS_HEADER = '紀錄編號,日期,時間,員工編號,身分證字號,事由,案號'
export const ACCESS_MAPPING: Mapping = {
  target: 'access',
  agency: 'police',
  columns: {
    source_id: { from: '紀錄編號' },
    at: { join: ['日期', '時間'] },
    officer: { from: '員工編號' },
    subject: { from: '身分證字號' },
    purpose: { from: '事由' },
    case_no: { from: '案號' },
  },
}

/** Real stores of an office that imports files, in a temporary folder. */
export async function importOffice(): Promise<ImportOffice> {
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-office-'))
  const [analytics, database] = [await temporaryAnalytics(), await temporaryDatabase()]
  const clock = fixedClock(new Date('2026-11-23T00:00:00Z'))
  const again = () =>
    createEvidence({ analytics, database, dataFolder: folder, keysFolder: join(folder, 'keys'), clock })
  const evidence = await again()
  let serial = 0
  return {
    ...{ analytics, database, folder, evidence, again },
    load: async (content, { name = `log-${serial++}.csv`, mapping = ACCESS_MAPPING, system = 'mpolice' } = {}) => {
      const filePath = join(folder, name)
      await writeFile(filePath, content)
      const outcome = await evidence.runImport({
        ...{ filePath, fileName: name, target: mapping.target, agency: mapping.agency, mapping },
        startedBy: { account: 'tester', post: 'test' },
        ...(mapping.target === 'access' && { system }),
      })
      if (!outcome.ok) throw new Error(outcome.error.messageEn)
      return outcome.value
    },
    rejectsOf: async ({ importId }) =>
      (await readFile(join(folder, 'rejects', `${importId}.csv`), 'utf8')).trimEnd().split('\r\n').slice(1),
    close: async () => {
      await analytics.close()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
