import { useSyncExternalStore } from 'react'

const MOVED = 'shoumi:moved'

/** Goes to a path of this page, e.g. `/verdicts?verdict=weak`. `replace` leaves no step to go back to. */
export function navigate(href: string, how: 'push' | 'replace' = 'push'): void {
  if (href === window.location.pathname + window.location.search) return
  if (how === 'replace') window.history.replaceState(null, '', href)
  else window.history.pushState(null, '', href)
  window.dispatchEvent(new Event(MOVED))
}

/** The path and query now shown, `/path?query`; renders again when it changes. */
export function useLocation(): { readonly path: string; readonly search: string } {
  const here = useSyncExternalStore(subscribe, read)
  const cut = here.indexOf('?')
  return cut === -1 ? { path: here, search: '' } : { path: here.slice(0, cut), search: here.slice(cut + 1) }
}

function read(): string {
  return window.location.pathname + window.location.search
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('popstate', onChange)
  window.addEventListener(MOVED, onChange)
  return () => {
    window.removeEventListener('popstate', onChange)
    window.removeEventListener(MOVED, onChange)
  }
}
