/** Where the person is. One name per screen; what a screen narrows to stays in the query string. */
export type Route =
  | {
      readonly screen:
        | 'today'
        | 'guide'
        | 'verdicts'
        | 'rules'
        | 'policies'
        | 'imports'
        | 'new-import'
        | 'settings'
        | 'trace'
        | 'canaries'
        | 'ledger'
        | 'my-acts'
        | 'queries'
        | 'approvals'
        | 'emergencies'
        | 'account'
        | 'walk'
        | 'people'
        | 'staff-import'
        | 'changes'
        | 'not-found'
    }
  | { readonly screen: 'access' | 'import' | 'approval' | 'change'; readonly id: string }
  | { readonly screen: 'person'; readonly agency: string; readonly id: string }

const FIXED: Readonly<Record<string, Exclude<Route, { id: string }>['screen']>> = {
  '/': 'today',
  '/guide': 'guide',
  '/verdicts': 'verdicts',
  '/rules': 'rules',
  '/policies': 'policies',
  '/imports': 'imports',
  '/imports/new': 'new-import',
  '/settings': 'settings',
  '/trace': 'trace',
  '/canaries': 'canaries',
  '/ledger': 'ledger',
  '/my-acts': 'my-acts',
  '/queries': 'queries',
  '/approvals': 'approvals',
  '/emergencies': 'emergencies',
  '/account': 'account',
  '/walk': 'walk',
  '/people': 'people',
  '/people/import': 'staff-import',
  '/changes': 'changes',
}

/** The screen of a path. A trailing slash does not matter; anything unknown is `not-found`. */
export function matchRoute(path: string): Route {
  const plain = path.length > 1 ? path.replace(/\/+$/, '') || '/' : path
  const screen = Object.hasOwn(FIXED, plain) ? FIXED[plain] : undefined
  if (screen) return { screen }
  const access = /^\/accesses\/([0-9a-f]{32})$/.exec(plain)
  if (access?.[1]) return { screen: 'access', id: access[1] }
  const imported = /^\/imports\/([0-9A-Za-z-]{1,64})$/.exec(plain)
  if (imported?.[1]) return { screen: 'import', id: imported[1] }
  const approval = /^\/approvals\/([0-9a-f-]{36})$/.exec(plain)
  if (approval?.[1]) return { screen: 'approval', id: approval[1] }
  const person = /^\/people\/([a-z][a-z0-9-]{0,31})\/([^/]{1,200})$/.exec(plain)
  if (person?.[1] && person[2]) return { screen: 'person', agency: person[1], id: decoded(person[2]) }
  const change = /^\/changes\/([0-9a-f-]{36})$/.exec(plain)
  if (change?.[1]) return { screen: 'change', id: change[1] }
  return { screen: 'not-found' }
}

// An address typed by hand may hold a percent sign that means nothing.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
