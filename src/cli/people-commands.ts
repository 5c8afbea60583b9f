import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { PeopleList, PersonHistory, StaffApplied, StaffBrought, StaffPreview } from '../wire/people.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'
import { tableLine } from './table-line.ts'

interface ImportOptions {
  readonly agency: string
  readonly asOf?: string
  readonly dryRun?: boolean
  readonly withPasswords?: boolean
  readonly json?: boolean
}

interface ListOptions {
  readonly agency?: string
  readonly find?: string
  readonly json?: boolean
}

type WithWork = (work: (connection: Connection) => Promise<number>) => Promise<void>

/** Commands for people, units and posts. */
export function addPeopleCommands(program: Command, context: CommandContext, withWork: WithWork): void {
  const people = program.command('people').description('人員、單位與職務 People, units and posts')
  people
    .command('import')
    .description(
      '匯入人事名冊；使人取得權限者待另一人核准 Bring a personnel file in; what gives power waits for a second person',
    )
    .argument('<file>', 'CSV, TSV, ODS, XLSX')
    .requiredOption('--agency <agency>', '所屬機關代號')
    .option('--as-of <day>', '名冊的基準日 the day it speaks of (YYYY-MM-DD); today when left out')
    .option('--dry-run', '只列出異動，不套用 only show what would change')
    .option(
      '--with-passwords',
      '新帳號各給一組一次性密碼，由核准的人領取（無單一登入的小機關） a one-time password for each new account, fetched by whoever approves',
    )
    .option('--json', '輸出 JSON')
    .action((file: string, options: ImportOptions) =>
      withWork((connection) => importStaff(connection, context, file, options)),
    )
  people
    .command('list')
    .description('列出現職人員 List people in office')
    .option('--agency <agency>', '只列此機關')
    .option('--find <text>', '姓名、帳號、單位或職稱 name, account, unit or title')
    .option('--json', '每行一筆 JSON')
    .action((options: ListOptions) => withWork((connection) => listPeople(connection, context, options)))
  people
    .command('history')
    .description('列出一人歷來的職務 Every post a person held')
    .argument('<person>', '員工編號 staff number')
    .requiredOption('--agency <agency>', '所屬機關代號')
    .option('--json', '輸出 JSON')
    .action((person: string, options: { agency: string; json?: boolean }) =>
      withWork((connection) => showHistory(connection, context, person, options)),
    )
}

async function importStaff(
  connection: Connection,
  context: CommandContext,
  file: string,
  { agency, asOf, dryRun, withPasswords = false, json }: ImportOptions,
): Promise<number> {
  const filePath = resolve(file)
  const ask = { filePath, fileName: basename(filePath), agency, withPasswords, ...(asOf !== undefined && { asOf }) }
  const preview = await connection.post<StaffPreview>('/api/people/local', ask)
  if (json && (dryRun || preview.digest === '')) context.out(`${JSON.stringify(preview)}\n`)
  else if (!json) tellPreview(context, preview)
  if (preview.faults.length > 0) return exitCodes.failed
  if (dryRun || preview.digest === '') return exitCodes.done
  const digested = { ...ask, asOf: preview.asOf, digest: preview.digest }
  const { applied, changeId } = await connection.post<StaffBrought>('/api/people/local', digested)
  if (json) context.out(`${JSON.stringify({ applied, changeId })}\n`)
  else {
    if (applied) tellApplied(context, applied)
    if (changeId) tellWaiting(context, changeId, withPasswords)
  }
  return exitCodes.done
}

function tellPreview({ out, talk }: CommandContext, { faults, counts, ...preview }: StaffPreview): void {
  for (const { line, column, reason, reasonEn } of faults)
    out(`第 ${line} 列${column === '' ? '' : `「${column}」`}：${reason} line ${line}: ${reasonEn}\n`)
  if (faults.length > 0) {
    talk('檔案有錯誤，什麼都沒有變更。 The file has faults; nothing was changed.\n')
    return
  }
  for (const each of preview.joins)
    out(tableLine(`+ ${each.person}`, each.name, `${each.unit} ${each.title}`, each.role))
  for (const each of preview.changes) {
    const fields = each.fields.map(({ field, before, after }) => `${field}: ${before} → ${after}`)
    out(tableLine(`~ ${each.person}`, each.name, fields.join('; ')))
  }
  for (const each of preview.leaves)
    out(tableLine(`- ${each.person}`, each.name, `${each.unit} ${each.title}`, each.role))
  talk(
    `${preview.asOf}：到職 joins ${counts.joins}，異動 changes ${counts.changes}，離職 leavers ${counts.leaves}，` +
      `不變 unchanged ${counts.same}，單位 units ${counts.units}，涉及角色 roles ${counts.roles}\n`,
  )
}

function tellWaiting({ talk }: CommandContext, changeId: string, withPasswords: boolean): void {
  talk(
    `這份名冊使人取得權限，已提出，待政風、資安或首長以通行密鑰核准：/changes/${changeId}\n` +
      `It gives somebody power: proposed, waits for ethics, security or the head: ${changeId}\n`,
  )
  if (withPasswords) talk('一次性密碼由核准的人領取。 Whoever approves fetches the one-time passwords.\n')
}

function tellApplied({ talk }: CommandContext, applied: StaffApplied): void {
  talk(
    `已套用 applied：到職 ${applied.joins}，異動 ${applied.changes}，離職 ${applied.leaves}；` +
      `結束工作階段 sessions ended ${applied.sessionsEnded}，關閉申請 requests closed ${applied.requestsClosed}\n`,
  )
}

async function listPeople(connection: Connection, context: CommandContext, options: ListOptions): Promise<number> {
  let offset = 0
  for (;;) {
    const query = new URLSearchParams({ q: options.find ?? '', offset: String(offset) })
    if (options.agency !== undefined) query.set('agency', options.agency)
    const { people, total } = await connection.get<PeopleList>(`/api/people?${query}`)
    for (const each of people) {
      const { agency, person, account, name, unit, title, role } = each
      context.out(
        options.json ? `${JSON.stringify(each)}\n` : tableLine(agency, person, account, name, unit, title, role),
      )
    }
    offset += people.length
    if (people.length === 0 || offset >= total) break
  }
  if (offset === 0) context.talk('沒有符合的人員。 Nobody: bin/shoumi people import FILE --agency A\n')
  return exitCodes.done
}

async function showHistory(
  connection: Connection,
  context: CommandContext,
  person: string,
  { agency, json }: { readonly agency: string; readonly json?: boolean },
): Promise<number> {
  const path = `/api/people/${encodeURIComponent(agency)}/${encodeURIComponent(person)}`
  const history = await connection.get<PersonHistory>(path)
  if (json) context.out(`${JSON.stringify(history)}\n`)
  else
    for (const { since, until, unit, title, role, account } of history.terms)
      context.out(tableLine(since.slice(0, 16), until?.slice(0, 16) ?? '現職 now', `${unit} ${title}`, role, account))
  return exitCodes.done
}
