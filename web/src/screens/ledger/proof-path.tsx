import { useQuery } from '@tanstack/react-query'
import { Picture } from '../../charts/picture.tsx'
import { figure, shortened } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { type WalkedProof, walkProof } from './walk-proof.ts'

const WIDTH = 372
const SPINE = WIDTH / 2
const STEP_PX = 42
const BOX = { width: 106, height: 26 }
const TOP_PX = 34
const LEAF_PX = 36
const WIDE_BOX = 176

/** A record's proof drawn as its way to the root: ours up the middle, at each level the one hash that joins it. */
export function ProofPath({ eventId }: { readonly eventId: string }) {
  const { t } = useText()
  const proof = useQuery({
    queryKey: ['proof', eventId],
    queryFn: async () => (await walkProof(eventId)) ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const walked = proof.data
  if (!walked) return null
  const { isRight, size } = walked
  const said =
    isRight === null ? 'ledger.proofPath.untried' : isRight ? 'ledger.proofPath.right' : 'ledger.proofPath.wrong'
  return (
    <div className="proof-path">
      <Picture
        title={t('ledger.proofPath.title')}
        heading="h3"
        note={<span className={isRight === false ? 'proof-wrong' : ''}>{t(said, { size: figure(size) })}</span>}
        picture={<Drawing proof={walked} />}
        table={() => <ProofTable proof={walked} />}
      />
    </div>
  )
}

function Drawing({ proof }: { readonly proof: WalkedProof }) {
  const { t } = useText()
  const height = TOP_PX + proof.steps.length * STEP_PX + LEAF_PX + 16
  const yOf = (level: number) => TOP_PX + (proof.steps.length - level) * STEP_PX
  const label = t('ledger.proofPath.label', { index: figure(proof.index), count: proof.steps.length })
  return (
    <svg className="proof-svg" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={label}>
      {proof.steps.map(({ side, sibling }, i) => {
        const [from, to] = [yOf(i), yOf(i + 1)]
        const centre = side === 'left' ? BOX.width / 2 + 1 : WIDTH - BOX.width / 2 - 1
        return (
          <g key={sibling}>
            <path className="proof-spine" d={`M${SPINE} ${from}V${to}`} />
            <path className="proof-branch" d={branchOf(side, from, to)} />
            <HashBox x={centre} y={from} text={shortened(sibling, 5, 4)} look="sibling" />
          </g>
        )
      })}
      {proof.steps.map(({ sibling }, i) => (
        <circle key={sibling} className="proof-dot" cx={SPINE} cy={yOf(i)} r="5" />
      ))}
      <path className="proof-spine" d={`M${SPINE} ${yOf(0)}v${LEAF_PX}`} />
      <HashBox
        x={SPINE}
        y={yOf(proof.steps.length) - 12}
        text={`${t('ledger.proofPath.root')} ${shortened(proof.root, 5, 4)}`}
        look={proof.isRight === false ? 'wrong' : 'root'}
      />
      <HashBox
        x={SPINE}
        y={yOf(0) + LEAF_PX}
        text={`${t('ledger.provableAs', { index: figure(proof.index) })} ${shortened(proof.leaf, 5, 4)}`}
        look="leaf"
      />
    </svg>
  )
}

/** From the inner edge of a sibling's box up into the spine, clear of the box above it. */
function branchOf(side: 'left' | 'right', from: number, to: number): string {
  const edge = side === 'left' ? BOX.width + 1 : WIDTH - BOX.width - 1
  return `M${edge} ${from}C${(edge + SPINE) / 2} ${from} ${SPINE} ${from - 4} ${SPINE} ${to}`
}

function HashBox({
  x,
  y,
  text,
  look,
}: {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly look: 'sibling' | 'root' | 'leaf' | 'wrong'
}) {
  const width = look === 'sibling' ? BOX.width : WIDE_BOX
  return (
    <g className={`proof-box ${look}`}>
      <rect x={x - width / 2} y={y - BOX.height / 2} width={width} height={BOX.height} rx="6" />
      <text x={x} y={y + 4.5} textAnchor="middle">
        {text}
      </text>
    </g>
  )
}

function ProofTable({ proof }: { readonly proof: WalkedProof }) {
  const { t } = useText()
  return (
    <table className="sheet">
      <thead>
        <tr>
          <th scope="col" className="number">
            {t('ledger.proofPath.step')}
          </th>
          <th scope="col">{t('ledger.proofPath.side')}</th>
          <th scope="col">{t('ledger.proofPath.sibling')}</th>
          <th scope="col">{t('ledger.proofPath.joined')}</th>
        </tr>
      </thead>
      <tbody>
        {proof.steps.map(({ side, sibling, joined }, i) => (
          <tr key={sibling}>
            <td className="number">{i + 1}</td>
            <td className="whitespace-nowrap">{t(`ledger.proofPath.sides.${side}`)}</td>
            <td className="mono" title={sibling}>
              {shortened(sibling, 10, 6)}
            </td>
            <td className="mono" title={joined}>
              {joined ? shortened(joined, 10, 6) : '—'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
