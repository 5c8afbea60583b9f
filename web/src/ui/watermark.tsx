import { useEffect } from 'react'
import './watermark.css'

const SVG = 'http://www.w3.org/2000/svg'
const TILE_HEIGHT = 150
const SIGN_PX = 13
const GAP_PX = 60
const PATTERN_ID = 'disclosure-mark'

/**
 * The mark of a disclosure over the whole page, on screen and in print: name, unit, case, time, code. It lets every
 * click through. Taken out of the page, it comes back; whoever rewrites the program itself still wins, which is why the
 * highest level is rendered by the server. A second layer, too faint to see, may survive in a screenshot: a hint, never
 * evidence.
 */
export function Watermark({ mark }: { readonly mark: string }) {
  useEffect(() => keepInPage(() => drawMark(mark)), [mark])
  return null
}

/** Puts an element into the page and puts a fresh one there whenever it is removed or changed. Returns how to stop. */
function keepInPage(draw: () => SVGElement): () => void {
  let placed = draw()
  // Outside React's tree: what somebody else removes, React must not try to remove again.
  const place = () => {
    document.body.append(placed)
    watch.observe(document.body, { childList: true })
    watch.observe(placed, { attributes: true, childList: true, subtree: true, characterData: true })
  }
  const watch = new MutationObserver((changes) => {
    if (placed.isConnected && changes.every(({ target }) => target === document.body)) return
    watch.disconnect()
    placed.remove()
    placed = draw()
    place()
  })
  place()
  return () => {
    watch.disconnect()
    placed.remove()
  }
}

function drawMark(mark: string): SVGElement {
  // A tile holds the whole mark: a code that is cut off traces nothing.
  const width = mark.length * SIGN_PX + GAP_PX
  const tile = element('pattern', {
    id: PATTERN_ID,
    width,
    height: TILE_HEIGHT,
    patternUnits: 'userSpaceOnUse',
    patternTransform: 'rotate(-16)',
  })
  const seen = element('text', { class: 'watermark-seen', x: 0, y: 40 })
  const faint = element('text', { class: 'watermark-faint', x: width / 3, y: TILE_HEIGHT - 30 })
  seen.textContent = mark
  faint.textContent = mark.split('　').at(-1) ?? mark
  tile.append(seen, faint)
  const drawing = element('svg', { class: 'watermark', 'aria-hidden': 'true' })
  drawing.append(tile, element('rect', { width: '100%', height: '100%', fill: `url(#${PATTERN_ID})` }))
  return drawing
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  return made
}
