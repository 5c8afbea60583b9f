import { z } from 'zod'
import type { Json } from '../../base/canonical-json.ts'
import { fail, ok } from '../../base/result.ts'
import type { Database } from '../../database/database.ts'
import { callingSystemOf, changeCallingSystem, drawSystemKey } from '../../identity/port.ts'
import type { ChangeKind, ReadChange, Words } from '../change.ts'

const value = z.strictObject({
  system: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
  name: z.string().trim().min(1).max(60),
  agency: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  isShadow: z.boolean(),
  isProvisioner: z.boolean().default(false),
  /** SHA-256 of the DER of its client certificate, hex; empty: none */
  certificate: z
    .string()
    .regex(/^([0-9a-f]{64})?$/)
    .default(''),
  /** draws a key in place of the one there is */
  isNewKey: z.boolean().default(false),
})
type Value = z.infer<typeof value>

/**
 * A program that asks the gate about its users, or a directory that states who is in office: it speaks for officials, so
 * that nobody alone makes one, gives it a new key, or changes what it may. Its key goes to whoever proposed it, once.
 */
export function callingSystemKind(database: Database): ChangeKind {
  const current = async (system: string): Promise<Json> => {
    const known = await callingSystemOf(database, system)
    return known ? shownOf({ ...known, certificate: known.certificate?.toString('hex') ?? '' }) : null
  }
  return {
    kind: 'calling-system',
    current,
    read: async (given) => {
      const parsed = value.safeParse(given)
      if (!parsed.success) return fail(MALFORMED)
      const known = await callingSystemOf(database, parsed.data.system)
      const wanted: Value = { ...parsed.data, isNewKey: parsed.data.isNewKey || !known }
      const isOther = known && (known.agency !== wanted.agency || known.isProvisioner !== wanted.isProvisioner)
      return isOther ? fail(ANOTHER) : ok(changeOf(wanted, known !== undefined))
    },
  }
}

function changeOf(wanted: Value, isKnown: boolean): ReadChange {
  const { system, agency, isNewKey, isProvisioner, isShadow } = wanted
  const certificate = wanted.certificate === '' ? undefined : Buffer.from(wanted.certificate, 'hex')
  return {
    target: system,
    agency,
    value: { ...wanted },
    after: { ...shownOf(wanted), ...(isNewKey && { key: 'new' }) },
    refusal: async () => undefined,
    consequences: async () => [
      isProvisioner ? STATES_STAFF : isShadow ? WATCHED : ASKS,
      ...(isNewKey ? [isKnown ? NEW_KEY : FIRST_KEY] : []),
    ],
    apply: async (tx, by, at) =>
      (await changeCallingSystem(tx, { ...wanted, certificate }, by, at)) ? undefined : TAKEN,
    ...(isNewKey && {
      slip: {
        for: 'proposer',
        draw: async () => {
          const { key, write } = drawSystemKey(system)
          return { shown: { passwords: [], key }, write }
        },
      },
    }),
  }
}

// In the order the store keeps members in.
const shownOf = ({ name, agency, isShadow, certificate, isProvisioner }: Omit<Value, 'system' | 'isNewKey'>) => ({
  ...{ name, agency, isShadow, certificate, isProvisioner },
})

const MALFORMED: Words = {
  zh: '須有 system、name、agency、isShadow；人員目錄為 isProvisioner，換發金鑰為 isNewKey。',
  en: 'It takes system, name, agency, isShadow; isProvisioner for a directory, isNewKey for another key.',
}
const ANOTHER: Words = {
  zh: '系統不改屬別的機關，也不在詢問判定與陳報人員之間改換；請另登錄一個。',
  en: 'A system does not move to another agency, nor from asking to stating staff; register another one.',
}
const TAKEN: Words = {
  zh: '此系統代號或憑證已登錄，或曾經登錄。',
  en: 'This system or certificate is, or was, registered already.',
}
const ASKS: Words = {
  zh: '此系統為其使用者詢問判定，並得代為送出申請；緊急調閱仍須該員本人在本系統以通行密鑰確認。',
  en: 'It asks for decisions about its users and may request for them; an emergency still takes the official’s own passkey here.',
}
const WATCHED: Words = {
  zh: '此系統只受觀察：一律回可，記下本來會擋下的。',
  en: 'It is only watched: always answered yes, and what would have been stopped is kept.',
}
const STATES_STAFF: Words = {
  zh: '此目錄陳報現職人員；使人取得權限的異動仍須由兩人變更。',
  en: 'It states who is in office; what gives anybody power still takes two persons.',
}
const FIRST_KEY: Words = {
  zh: '核准後，提出的人可領取金鑰一次。',
  en: 'Once approved, whoever proposed it fetches the key, once.',
}
const NEW_KEY: Words = {
  zh: '核准後舊金鑰與權杖立即失效；新金鑰由提出的人領取一次。',
  en: 'Once approved the old key and its tokens open nothing; whoever proposed it fetches the new one, once.',
}
