import { z } from 'zod'
import { fail, ok } from '../../base/result.ts'
import type { ListedConnectors } from '../../gate/port.ts'
import type { ChangeKind, Words } from '../change.ts'

const value = z.strictObject({ id: z.string().regex(/^[a-z][a-z0-9_]{0,40}$/), isUsed: z.boolean() })
const kept = value.extend({ digest: z.string() })

/**
 * Whether the gate uses a database that is named in keys/connectors.yaml. Approved is the entry exactly as it stands there
 * (by a keyed digest: it holds a password); an entry that was edited since is not used.
 */
export function connectorKind(connectors: ListedConnectors): ChangeKind {
  return {
    kind: 'connector',
    current: async (id) => {
      const listed = await connectors.listed(id)
      return listed ? { ...listed, isUsed: connectors.isUsed(id) } : null
    },
    read: async (given) => {
      const parsed = z.union([value, kept]).safeParse(given)
      if (!parsed.success) return fail(MALFORMED)
      const { id, isUsed } = parsed.data
      const listed = await connectors.listed(id)
      if (!listed) return fail(UNLISTED)
      if ('digest' in parsed.data && parsed.data.digest !== listed.digest) return fail(EDITED)
      return ok({
        target: id,
        agency: '',
        value: { id, isUsed, digest: listed.digest },
        after: { ...listed, isUsed },
        refusal: async () => undefined,
        consequences: async () => [isUsed ? USED : UNUSED],
      })
    },
    takeUp: async (values) => {
      const all = [...values.values()].map((each) => kept.parse(each))
      await connectors.use(new Map(all.filter(({ isUsed }) => isUsed).map(({ id, digest }) => [id, digest])))
    },
  }
}

const MALFORMED: Words = { zh: '須有 id 與 isUsed。', en: 'It takes id and isUsed.' }
const UNLISTED: Words = {
  zh: 'keys/connectors.yaml 沒有這個連線；請先寫入檔案，再提出變更。',
  en: 'keys/connectors.yaml does not name it; write it there first, then propose.',
}
const EDITED: Words = {
  zh: '提出之後，檔案中的連線已被更動，請重新提出。',
  en: 'The entry in the file has changed since it was proposed; propose again.',
}
const USED: Words = {
  zh: '守門啟用此連線；首次使用前仍逐項檢查登入帳號，有缺失即不使用。',
  en: 'The gate uses it; its login is examined before first use, and any finding keeps it out.',
}
const UNUSED: Words = {
  zh: '守門停用此連線：經它的查詢一律拒絕。',
  en: 'The gate stops using it: queries over it are refused.',
}
