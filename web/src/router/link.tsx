import type { ComponentProps, MouseEvent } from 'react'
import { navigate } from './location.ts'

/** A link inside the page: a real `<a href>`, followed without reloading unless the person asks for a new tab. */
export function Link({ href, onClick, ...rest }: ComponentProps<'a'> & { readonly href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const wantsNewTab = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0
    if (wantsNewTab || event.defaultPrevented || !href.startsWith('/')) return
    event.preventDefault()
    navigate(href)
  }
  return <a href={href} onClick={follow} {...rest} />
}
