import { useSyncExternalStore } from 'react'

const narrow = window.matchMedia('(width < 900px)')

/** Whether the page is as narrow as a phone; follows turning and resizing. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches)
}

function subscribe(onChange: () => void): () => void {
  narrow.addEventListener('change', onChange)
  return () => narrow.removeEventListener('change', onChange)
}
