import type { Database, Queryable } from '../database/database.ts'
import { notify } from '../gate/port.ts'
import { watchersOf } from '../identity/port.ts'
import type { ChangeKindName } from '../wire/change.ts'
import type { StoredChange } from './change-store.ts'

const TITLES: Readonly<Record<ChangeKindName, string>> = {
  ...{ role: '職務', rule: '範本', policy: '政策', connector: '資料庫連線', retention: '保存期限' },
  ...{ 'import-undo': '撤銷匯入', staff: '人事異動', 'calling-system': '介接系統' },
  ...{ 'account-add': '新增帳號', 'account-end': '停用帳號', 'sign-in': '登入方式' },
}

/** Who is told of a change: the ethics office and the head of the agency, and whom it concerns; not who acts. */
export async function readersOf(
  database: Database,
  { agency }: Pick<StoredChange, 'agency'>,
  concerned: readonly string[],
  actor: string,
): Promise<readonly string[]> {
  const watchers = await watchersOf(database, agency)
  return [...new Set([...watchers, ...concerned])].filter((account) => account !== actor)
}

/** Puts it into their lists, in the transaction of what it tells of. */
export function tellChange(
  tx: Queryable,
  readers: readonly string[],
  { kind, agency }: Pick<StoredChange, 'kind' | 'agency'>,
  told: { readonly kind: 'change-waits' | 'change-done'; readonly at: Date },
): Promise<void> {
  const about = agency === '' ? TITLES[kind] : `${TITLES[kind]}（${agency}）`
  return notify(tx, readers, { ...told, request: null, about })
}
