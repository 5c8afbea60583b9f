import type { Scope } from '../base/tenant.ts'
import type { Actor } from '../wire/permissions.ts'
import type { RoleName } from '../wire/session.ts'

/** Who is acting, and in which post. */
export interface Person {
  readonly account: string
  readonly name: string
  readonly unit: string
  readonly title: string
  readonly role: RoleName
  /** the agency he serves; '' for an office above the agencies */
  readonly agency: string
  /** agencies he serves besides (兼辦); with none, an office above the agencies serves them all */
  readonly serves: readonly string[]
  readonly isDemo: boolean
}

/** A person's open session, as every slice may know it. */
export interface Session {
  readonly id: string
  readonly person: Person
  readonly csrfToken: string
  /** the password was right, the passkey has not been used yet: nothing else is open */
  readonly isPasskeyDue: boolean
  /** the password was set by somebody else: nothing but changing it is open */
  readonly mustChangePassword: boolean
  /** the role needs a passkey and the account has none: nothing but registering one is open */
  readonly isFirstPasskeyDue: boolean
  /** how the session was opened, by identity's names of means, and when */
  readonly means: string
  readonly startedAt: Date
  /** when presence was last proved with a passkey in this session */
  readonly stepUpAt: Date | undefined
}

/** Another program that asks in its own name. */
export interface CallingSystem {
  readonly system: string
  readonly name: string
  readonly agency: string
  readonly isShadow: boolean
  /** it states who is in office (SCIM) instead of asking for decisions */
  readonly isProvisioner: boolean
}

/** Who asks: the actor decides what is allowed, account and post go into events. */
export interface Caller {
  readonly actor: Actor
  readonly account: string
  readonly post: string
  /** set when another program asks, undefined for people */
  readonly system?: CallingSystem
  /** undefined for the operator's token and for systems */
  readonly session: Session | undefined
  readonly token: string
  /** whose rows the stores show him */
  readonly scope: Scope & { readonly kind: 'served' }
}

/** Who did it, as it stands in events. */
export const byOf = ({ caller }: { readonly caller: Caller }): { readonly account: string; readonly post: string } => ({
  account: caller.account,
  post: caller.post,
})
