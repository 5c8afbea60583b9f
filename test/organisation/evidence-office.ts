import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixedClock } from '../../src/base/clock.ts'
import { createEvidence } from '../../src/evidence/create-evidence.ts'
import { subjectTokens } from '../../src/gate/subject-token.ts'
import { createOrganisation } from '../../src/organisation/create-organisation.ts'
import { createReconcile } from '../../src/reconcile/create-reconcile.ts'
import { temporaryAnalytics, temporaryDatabase } from '../engines.ts'
import { NOON, personnel } from './temporary-office.ts'

const BY = { account: 'tester', post: 'test' }

/** Both engines, evidence, the organisation and reconciliation, wired as the program wires them. */
async function wiredOffice() {
  const [analytics, database] = [await temporaryAnalytics(), await temporaryDatabase()]
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-posts-'))
  const [clock, keysFolder] = [fixedClock(NOON), join(folder, 'keys')]
  const evidence = await createEvidence({ analytics, database, dataFolder: folder, keysFolder, clock })
  const reconcile = await createReconcile({ analytics, database, clock, listSystems: async () => [] })
  const tokens = subjectTokens(await readFile(join(keysFolder, 'subject-hmac.key')))
  const pseudonym = (id: string) => tokens.hexOf('person', id)
  const said: string[] = []
  const log = (line: string) => void said.push(line)
  const open = () => createOrganisation({ database, clock, pseudonym, stateRecords: evidence.stateRecords, log })
  const organisation = open()
  const posts = (agency: string) =>
    analytics.rows<{ officer: string; unit: string; until: string; person: string }>(
      `SELECT officer, unit, substring(toString(toTimeZone(valid_to, 'Asia/Taipei')), 1, 10) AS until, lower(hex(person)) AS person FROM evidence_post
       WHERE agency = {agency:String} ORDER BY officer, valid_from, known_at`,
      { params: { agency } },
    )
  const imports = async (agency: string) => (await evidence.listImports()).filter((each) => each.agency === agency)
  const stores = { analytics, database, folder, clock }
  return { ...stores, evidence, reconcile, organisation, open, pseudonym, said, posts, imports }
}

/** … and the means to bring files in as their offices do. */
export async function evidenceOffice() {
  const office = await wiredOffice()
  const { analytics, database, folder, clock, evidence, reconcile, organisation } = office
  const write = async (name: string, lines: readonly string[]) => {
    const filePath = join(folder, name)
    await writeFile(filePath, `${lines.join('\n')}\n`)
    return filePath
  }
  /** Looks at a personnel file and applies it; what it changes is evidence when it returns. */
  const bring = async (agency: string, lines: readonly string[]) => {
    clock.advanceMs(60_000)
    const ask = { filePath: await write('staff.csv', lines), fileName: 'staff.csv', agency, asOf: undefined }
    const look = await organisation.look(ask, personnel)
    if (!look.ok || look.value.faults.length > 0) throw new Error(JSON.stringify(look))
    const applied = await organisation.apply({ ...ask, digest: look.value.plan.digest }, personnel)
    await organisation.settle()
    return applied
  }
  /** Imports a file whose header names the columns themselves. */
  const bringEvidence = async (agency: string, target: string, lines: readonly string[]) => {
    clock.advanceMs(60_000)
    const filePath = await write(`${target}.csv`, lines)
    const columns = Object.fromEntries((lines[0] ?? '').split(',').map((name) => [name, { from: name }]))
    const system = target === 'access' ? { system: 'mpolice' } : {}
    const job = { filePath, fileName: `${target}.csv`, target, agency, startedBy: BY, ...system }
    const done = await evidence.runImport({ ...job, mapping: { target, agency, columns } })
    if (!done.ok || done.value.state !== 'done' || done.value.rowsRejected > 0) throw new Error(JSON.stringify(done))
  }
  /** Judges what is dirty, and tells the rules and the post of one access. */
  const judge = async (sourceId: string) => {
    const run = await reconcile.runReconciliation({ startedBy: BY })
    if (!run.ok) throw new Error(run.error.code)
    const [row] = await analytics.rows<{ verdict: string; rules: string[]; unit: string; duty: string }>(
      'SELECT toString(verdict) AS verdict, rules, unit, duty FROM verdict_current WHERE source_id = {id:String}',
      { params: { id: sourceId } },
    )
    return { ...row, judged: run.value.accesses }
  }
  const close = async () => {
    await organisation.settle()
    await analytics.close()
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...office, bring, bringEvidence, judge, close }
}
