import { navigate } from '../../router/location.ts'

const LIST = '/verdicts'

/** Back to the list: by a step back where the list was the step before, so that its filter and place return; else to the list anew. */
export function backToList(): void {
  if (previousPath() === LIST) window.history.back()
  else navigate(LIST)
}

function previousPath(): string | undefined {
  // Older browsers have no Navigation interface; they get the list anew.
  if (!('navigation' in window)) return undefined
  const { entries, currentEntry } = {
    entries: window.navigation.entries(),
    currentEntry: window.navigation.currentEntry,
  }
  const url = currentEntry && entries[currentEntry.index - 1]?.url
  return url ? new URL(url).pathname : undefined
}
