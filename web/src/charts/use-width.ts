import { useLayoutEffect, useRef, useState } from 'react'

/** The width in px an element has on the page, and the ref to put on it. `first` stands until it is known. */
export function useWidth<T extends HTMLElement>(first: number) {
  const ref = useRef<T>(null)
  const [width, setWidth] = useState(first)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const read = () => setWidth((before) => Math.floor(element.clientWidth) || before)
    read()
    const watch = new ResizeObserver(read)
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  return { ref, width }
}
