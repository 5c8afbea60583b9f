import { useSyncExternalStore } from 'react'

export type Language = 'zh-TW' | 'en'
export type Theme = 'system' | 'light' | 'dark'
export interface Preferences {
  readonly language: Language
  readonly theme: Theme
}

const listeners = new Set<() => void>()
const dark = window.matchMedia('(prefers-color-scheme: dark)')
let current: Preferences = {
  language: localStorage.getItem('shoumi.language') === 'en' ? 'en' : 'zh-TW',
  theme: readTheme(localStorage.getItem('shoumi.theme')),
}

/** How this person wants the page; kept in this browser only. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribePreferences, () => current)
}

export function currentPreferences(): Preferences {
  return current
}

/** Calls back after each change; returns the way to stop. */
export function subscribePreferences(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}

/** Changes preferences, keeps them, and shows them at once. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  localStorage.setItem('shoumi.language', current.language)
  localStorage.setItem('shoumi.theme', current.theme)
  applyPreferences()
  for (const listener of listeners) listener()
}

/** Puts language and theme on the document, so that styles and screen readers follow. */
export function applyPreferences(): void {
  document.documentElement.lang = current.language
  const isDark = current.theme === 'dark' || (current.theme === 'system' && dark.matches)
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
}

dark.addEventListener('change', applyPreferences)

function readTheme(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'system'
}
