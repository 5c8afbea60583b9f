import { useEffect, useEffectEvent } from 'react'

/** Single keys while nothing is being typed and no dialog is open. `keys` maps `event.key` to its act. */
export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return
    if (
      event.target instanceof Element &&
      event.target.closest('input, textarea, select, [role=dialog], [role=menu], [role=listbox]')
    )
      return
    if (document.querySelector('.scrim, .popover')) return
    keys[event.key]?.(event)
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event)
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
}
