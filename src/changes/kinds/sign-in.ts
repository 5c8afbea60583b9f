import { z } from 'zod'
import { fail, ok } from '../../base/result.ts'
import type { Database } from '../../database/database.ts'
import { changeSignIn, MEANS, type SignInState, signInStateOf } from '../../identity/port.ts'
import type { ChangeKind, ReadChange, Words } from '../change.ts'

const value = z
  .strictObject({
    account: z.string().regex(/^[a-z][a-z0-9._@-]{0,63}$/),
    means: z.array(z.enum(MEANS)).min(1).max(MEANS.length).optional(),
    releasesProvider: z.boolean().default(false),
    removesPasskeys: z.boolean().default(false),
    opensFirstKey: z.boolean().default(false),
  })
  .transform((each) => ({ ...each, means: each.means && MEANS.filter((one) => each.means?.includes(one)) }))
type Wanted = z.infer<typeof value>

/**
 * How an account is entered: by which means, which login of the provider it belongs to, and its passkeys where the owner
 * may not take the last one away alone. Nobody changes his own.
 */
export function signInKind(database: Database): ChangeKind {
  return {
    kind: 'sign-in',
    current: async (account) => {
      const held = await signInStateOf(database, account)
      return held ? stateOf(held, false) : null
    },
    read: async (given) => {
      const parsed = value.safeParse(given)
      if (!parsed.success) return fail(MALFORMED)
      const held = await signInStateOf(database, parsed.data.account)
      return held ? ok(changeOf(parsed.data, held)) : fail(UNKNOWN)
    },
  }
}

function changeOf(wanted: Wanted, held: SignInState): ReadChange {
  const { account, means, ...acts } = wanted
  return {
    target: account,
    agency: held.agency,
    value: { account, ...(means && { means }), ...acts },
    after: stateOf(
      {
        ...held,
        means: means ?? held.means,
        ...(acts.releasesProvider && { provider: '' }),
        ...(acts.removesPasskeys && { passkeys: [] }),
      },
      acts.opensFirstKey,
    ),
    refusal: async (by) => (by.account === account ? OWN : undefined),
    consequences: async () => [
      SESSIONS_END,
      ...(acts.releasesProvider ? [BOUND_ANEW] : []),
      ...(acts.removesPasskeys ? [KEYS_GONE] : []),
      ...(acts.opensFirstKey ? [FIRST_KEY] : []),
    ],
    apply: async (tx, by, at) => {
      await changeSignIn(tx, at, by, account, { means, ...acts })
      return undefined
    },
  }
}

// In the order the store keeps members in, so that what stands and what will be are shown line by line.
const stateOf = ({ means, provider, passkeys }: SignInState, opensFirstKey: boolean) => ({
  ...{ means: [...means], passkeys: [...passkeys], provider },
  ...(opensFirstKey && { firstPasskeyWithinHours: 24 }),
})

const MALFORMED: Words = {
  zh: '須有 account，及下列至少一項：means（password、ldap、oidc）、releasesProvider、removesPasskeys、opensFirstKey。',
  en: 'It takes account and at least one of: means (password, ldap, oidc), releasesProvider, removesPasskeys, opensFirstKey.',
}
const UNKNOWN: Words = { zh: '查無此帳號。', en: 'There is no such account.' }
const OWN: Words = {
  zh: '不得變更或核准自己的登入方式。',
  en: 'Nobody changes or approves how his own account is entered.',
}
const SESSIONS_END: Words = {
  zh: '核准後，該帳號所有登入立即結束，並通知本人。',
  en: 'All sessions of the account end at once, and its owner is told.',
}
const BOUND_ANEW: Words = {
  zh: '該帳號下一次由機關單一登入進入者，即成為其所屬身分；請先當面確認是本人。',
  en: 'Whoever comes next by the provider under this name becomes its login: make sure in person that it is he.',
}
const KEYS_GONE: Words = {
  zh: '移除該帳號全部通行密鑰；其職務須有通行密鑰者，重新登錄前不能使用。',
  en: 'All its passkeys go; where the post needs one, nothing is open before another is registered.',
}
const FIRST_KEY: Words = {
  zh: '二十四小時內，由目錄或單一登入進入者可登錄第一支通行密鑰；請先當面確認是本人。',
  en: 'For 24 hours whoever comes by directory or provider may register the first passkey: make sure in person that it is he.',
}
