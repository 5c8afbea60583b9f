import { Picture } from '../../charts/picture.tsx'
import { useWidth } from '../../charts/use-width.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { layoutTree, type PlacedSubtree } from './layout-tree.ts'

const HEIGHT = 96
const ROOT_PX = 50
const ROOT_Y = 30
const LEAST_WORDS_X = 64
const BELOW_PX = 24
const LEAST_WORDS_PX = 62

/** The log as it grows: complete subtrees that never change again, and at the right the newest records. */
export function TreePicture({ size }: { readonly size: number }) {
  const { t } = useText()
  const { ref, width } = useWidth<HTMLDivElement>(900)
  return (
    <div className="card tree-card">
      <div ref={ref} />
      <Picture
        title={t('ledger.tree.title')}
        heading="h2"
        note={t('ledger.tree.note')}
        picture={<Drawing size={size} width={width} />}
        table={() => <TreeTable size={size} />}
      />
    </div>
  )
}

function Drawing({ size, width }: { readonly size: number; readonly width: number }) {
  const { t } = useText()
  const subtrees = layoutTree(size, width, HEIGHT)
  const ground = ROOT_PX + HEIGHT
  return (
    <svg
      className="tree-svg"
      width={width}
      height={ground + BELOW_PX}
      viewBox={`0 0 ${width} ${ground + BELOW_PX}`}
      role="img"
      aria-label={t('ledger.tree.label', { size: figure(size), count: subtrees.length })}
    >
      {subtrees.map((subtree, i) => (
        <path key={subtree.first} className="tree-join" d={joinOf(subtree, i === 0, subtrees[0], ground)} />
      ))}
      {subtrees.map((subtree, i) => (
        <Subtree key={subtree.first} subtree={subtree} ground={ground} isNewest={i === subtrees.length - 1} />
      ))}
      {subtrees[0] && (
        <g className="tree-root">
          <circle cx={middleOf(subtrees[0])} cy={ROOT_Y} r="6" />
          <text x={Math.max(LEAST_WORDS_X, middleOf(subtrees[0]))} y={13} textAnchor="middle">
            {t('ledger.tree.root')}
          </text>
        </g>
      )}
    </svg>
  )
}

const middleOf = ({ x, width }: PlacedSubtree): number => x + width / 2

/** From a subtree's top to the root above the oldest one. */
function joinOf(subtree: PlacedSubtree, isFirst: boolean, oldest: PlacedSubtree | undefined, ground: number): string {
  const [x, top] = [middleOf(subtree), ground - subtree.height]
  const root = oldest ? middleOf(oldest) : x
  return isFirst ? `M${x} ${top}V${ROOT_Y}` : `M${x} ${top}V${ROOT_Y + 10}Q${x} ${ROOT_Y} ${x - 10} ${ROOT_Y}H${root}`
}

function Subtree({
  subtree,
  ground,
  isNewest,
}: {
  readonly subtree: PlacedSubtree
  readonly ground: number
  readonly isNewest: boolean
}) {
  const { x, width, height, count, level } = subtree
  const middle = middleOf(subtree)
  return (
    <g className={isNewest ? 'tree-part newest' : 'tree-part'}>
      {level === 0 ? (
        <circle cx={middle} cy={ground - height / 2} r="6" />
      ) : (
        <path d={`M${middle} ${ground - height}L${x + width} ${ground}H${x}Z`} />
      )}
      {(width >= LEAST_WORDS_PX || count < 100) && (
        <text x={middle} y={ground + 17} textAnchor="middle">
          {figure(count)}
        </text>
      )}
    </g>
  )
}

function TreeTable({ size }: { readonly size: number }) {
  const { t } = useText()
  return (
    <table className="sheet">
      <thead>
        <tr>
          <th scope="col">{t('ledger.tree.range')}</th>
          <th scope="col" className="number">
            {t('ledger.tree.records')}
          </th>
        </tr>
      </thead>
      <tbody>
        {layoutTree(size, 1, 1).map(({ first, count }) => (
          <tr key={first}>
            <td>{t('ledger.tree.span', { from: figure(first), to: figure(first + count - 1) })}</td>
            <td className="number">{figure(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
