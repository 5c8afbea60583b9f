import type { Me } from '../../../src/wire/session.ts'
import { setPreferences } from '../preferences/preferences.ts'
import { navigate } from '../router/location.ts'
import { RAIL } from './rail-entries.ts'

export interface Command {
  readonly id: string
  /** key of its text */
  readonly text: string
  /** words it is found by in English, whatever the language of the page */
  readonly alias: string
  readonly run: () => void
}

const FILTERS = ['contradicted', 'unexplained', 'weak', 'explained'] as const

/** Everything the palette can do for this person. */
export function commandsOf(me: Me, signOut: () => void): readonly Command[] {
  const allowed = RAIL.flatMap(({ entries }) => entries).filter(
    ({ href, action }) => href && (!action || me.may.includes(action)),
  )
  const pages = allowed.map(({ text, href = '/' }) => ({
    id: `go-${text}`,
    text: `rail.${text}`,
    alias: text,
    run: () => navigate(href),
  }))
  const filters = FILTERS.map((verdict) => ({
    id: `only-${verdict}`,
    text: `palette.only.${verdict}`,
    alias: `only ${verdict}`,
    run: () => navigate(`/verdicts?verdict=${verdict}`),
  }))
  const overview = {
    id: 'overview',
    text: 'palette.overview',
    alias: 'overview charts figures',
    run: () => navigate('/verdicts?view=overview'),
  }
  const newImport = {
    id: 'new-import',
    text: 'imports.new',
    alias: 'new import upload',
    run: () => navigate('/imports/new'),
  }
  return [
    ...pages,
    ...(me.may.includes('verdict.list') ? [...filters, overview] : []),
    ...(me.may.includes('import.run') ? [newImport] : []),
    {
      id: 'zh',
      text: 'palette.chinese',
      alias: 'language chinese',
      run: () => setPreferences({ language: 'zh-TW' }),
    },
    {
      id: 'en',
      text: 'palette.english',
      alias: 'language english',
      run: () => setPreferences({ language: 'en' }),
    },
    ...(['light', 'dark', 'system'] as const).map((theme) => ({
      id: `theme-${theme}`,
      text: `palette.theme.${theme}`,
      alias: `theme ${theme}`,
      run: () => setPreferences({ theme }),
    })),
    { id: 'print', text: 'palette.print', alias: 'print', run: () => window.print() },
    { id: 'sign-out', text: 'frame.signOut', alias: 'sign out log out', run: signOut },
  ]
}
