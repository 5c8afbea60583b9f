import { useTranslation } from 'react-i18next'
import type { AccessPage } from '../../../../src/wire/access.ts'
import { Picture } from '../../charts/picture.tsx'
import { useWidth } from '../../charts/use-width.ts'
import { EvidenceTrail } from './evidence-trail.tsx'
import {
  DETAIL_LINE_PX,
  LABEL_LINE_PX,
  layoutPath,
  MARK_PX,
  NODE_PADDING_PX,
  type PlacedLink,
  type PlacedNode,
  TITLE_LINE_PX,
} from './layout-path.ts'
import { LinkPath } from './link-state.tsx'
import { PathTable } from './path-table.tsx'
import { TextLines } from './text-lines.tsx'
import './path.css'

/** Below this the three columns leave no room for words; the path is then told downwards. */
const NARROWEST_PX = 700

/** How officer, records and subject hang together: what holds, what is missing, what contradicts. */
export function EvidencePath({ path }: { readonly path: AccessPage['path'] }) {
  const { t } = useTranslation()
  const { ref, width } = useWidth<HTMLDivElement>(1080)
  const title = t('access.path.title')
  const drawing = width < NARROWEST_PX ? <EvidenceTrail path={path} /> : <PathDrawing path={path} width={width} />
  return (
    <div className="card path-card">
      <div ref={ref} />
      <Picture
        title={title}
        heading="h2"
        picture={path.nodes.length === 0 ? <p className="quiet">{t('access.path.none')}</p> : drawing}
        table={() => <PathTable path={path} />}
      />
    </div>
  )
}

function PathDrawing({ path, width }: { readonly path: AccessPage['path']; readonly width: number }) {
  const { t } = useTranslation()
  const layout = layoutPath(path, width)
  const count = (state: string) => path.links.filter((link) => link.state === state).length
  const label = t('access.path.label', {
    holds: count('holds'),
    missing: count('missing'),
    contradicts: count('contradicts'),
  })
  return (
    <>
      <svg
        className="path-svg"
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        width={layout.width}
        height={layout.height}
        role="img"
        aria-label={label}
      >
        {layout.links.map((link, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: links have no id and their order is the picture's
          <Line key={i} placed={link} />
        ))}
        {layout.nodes.map((node) => (
          <Node key={node.node.id} placed={node} />
        ))}
        {layout.links.map((link, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: links have no id and their order is the picture's
          <Chip key={i} placed={link} />
        ))}
      </svg>
      {layout.left > 0 && <p className="quiet">{t('access.restInTable', { n: layout.left })}</p>}
    </>
  )
}

function Line({ placed: { link, curve, tip } }: { readonly placed: PlacedLink }) {
  const [back, up] = [tip.x - tip.direction * 9, 5]
  return (
    <g className={`path-line ${link.state}`}>
      <path d={curve} />
      {link.state === 'holds' && <path className="tip" d={`M${tip.x} ${tip.y}L${back} ${tip.y - up}V${tip.y + up}Z`} />}
    </g>
  )
}

function Node({ placed: { node, x, y, width, height, title, detail } }: { readonly placed: PlacedNode }) {
  const left = x + NODE_PADDING_PX
  const below = y + 11 + title.length * TITLE_LINE_PX
  return (
    <g className={`path-node ${node.kind} ${node.exists ? '' : 'absent'}`}>
      <title>{`${node.title}\n${node.detail}`}</title>
      <rect x={x} y={y} width={width} height={height} rx="10" />
      <TextLines className="node-title" lines={title} x={left} y={y + 11} linePx={TITLE_LINE_PX} />
      <TextLines className="node-detail" lines={detail} x={left} y={below} linePx={DETAIL_LINE_PX} />
    </g>
  )
}

function Chip({ placed: { link, chip } }: { readonly placed: PlacedLink }) {
  if (chip.width === 0) return null
  return (
    <g className={`path-chip ${link.state}`}>
      <title>{link.label}</title>
      <rect x={chip.x} y={chip.y} width={chip.width} height={chip.height} rx="6" />
      <g transform={`translate(${chip.x + 8},${chip.y + chip.height / 2 - 7})`}>
        <LinkPath state={link.state} />
      </g>
      <TextLines lines={chip.lines} x={chip.x + 8 + MARK_PX} y={chip.y + 4} linePx={LABEL_LINE_PX} />
    </g>
  )
}
