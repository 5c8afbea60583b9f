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
  readonly isDemo: boolean
}

/** The post as it stands in events: unit and title, so that a later change of post does not rewrite history. */
export const postOf = (person: Person): string => `${person.unit} ${person.title}`
