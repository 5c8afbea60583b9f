import type { Route } from '../../src/edge/route.ts'
import { type Actor, may } from '../../src/wire/permissions.ts'
import { roleNames } from '../../src/wire/session.ts'
import { allRoutes } from './every-route.ts'

export const ACTORS: readonly Actor[] = [...roleNames, 'operator', 'system', 'provisioner']

const NAMES: Readonly<Record<Actor, readonly [string, string]>> = {
  officer: ['承辦', 'officer'],
  supervisor: ['主管', 'supervisor'],
  ethics: ['政風', 'ethics'],
  auditor: ['稽核', 'auditor'],
  it: ['資訊', 'IT'],
  security: ['資安', 'security'],
  procurement: ['採購', 'procurement'],
  archivist: ['檔案', 'archivist'],
  head: ['首長', 'head'],
  'outside-auditor': ['外部稽核', 'outside auditor'],
  citizen: ['民眾', 'citizen'],
  operator: ['命令列', 'command line'],
  system: ['介接系統', 'calling system'],
  provisioner: ['人事目錄', 'staff directory'],
}

const ALLOWED = '+'
const DENIED = '.'
const inOrder = [...allRoutes].sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method))
const mark = ({ action }: Route, actor: Actor): string => (action === 'public' || may(actor, action) ? ALLOWED : DENIED)
const scopeOf = ({ isForAll }: Route): string => (isForAll ? 'all' : 'own')

/** Role × route, one line a route; `all`: an act on the whole installation, refused to who serves some agencies only. */
export function routeTable(): string {
  const head = ACTORS.map((actor, i) => `# ${'. '.repeat(i)}${actor}`)
  const lines = inOrder.map((each) => {
    const marks = ACTORS.map((actor) => mark(each, actor)).join(' ')
    return `  ${marks}  ${scopeOf(each)}  ${each.method.padEnd(6)} ${each.path}  ${each.action}`
  })
  return `${[...head, ...lines].join('\n')}\n`
}

/** What the reviewed table says of a route: who is let in; undefined: it has no line. */
export function allowedBy(table: string, { method, path, action }: Route): readonly Actor[] | undefined {
  const ending = `  ${method.padEnd(6)} ${path}  ${action}`
  const line = table.split('\n').find((each) => each.endsWith(ending))
  const marks = line?.trim().split(' ').slice(0, ACTORS.length)
  return marks && ACTORS.filter((_, i) => marks[i] === ALLOWED)
}

/** The same for readers: docs/permissions.md. */
export function permissionsPage(): string {
  const cells = (of: readonly string[]) => `| ${of.join(' | ')} |`
  const table = inOrder
    .filter(({ action }) => action !== 'public')
    .map((each) =>
      cells([
        `\`${each.method} ${each.path}\``,
        `${each.summary.replaceAll('|', '/')}${each.isForAll ? ' **(whole installation 全機關)**' : ''}`,
        ...ACTORS.map((actor) => (mark(each, actor) === ALLOWED ? '●' : '')),
      ]),
    )
  const open = inOrder.filter(({ action }) => action === 'public').map((each) => `\`${each.method} ${each.path}\``)
  return `${[
    '# Who may do what 權限對照',
    '',
    'Generated from the routes and the permission table by `npm run permissions`; a test compares it, and asks the server',
    'itself for every cell. ● lets in, an empty cell refuses. Rows shown are those of the agencies a person serves',
    '(docs/adr/0013); a route marked *whole installation* is refused to who serves some agencies only.',
    '本表由程式產生並逐格實測；● 為准許，空白為拒絕。所見資料一律限所服務之機關。',
    '',
    cells(['Route', 'What 作用', ...ACTORS.map((actor) => `${NAMES[actor][0]}<br>${NAMES[actor][1]}`)]),
    cells(['---', '---', ...ACTORS.map(() => ':-:')]),
    ...table,
    '',
    `Open to everybody 不需登入: ${open.join(', ')}.`,
  ].join('\n')}\n`
}
