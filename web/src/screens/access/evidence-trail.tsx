import { useTranslation } from 'react-i18next'
import type { AccessPage, PathLink, PathNode } from '../../../../src/wire/access.ts'
import { Typed } from '../../ui/typed.tsx'
import { LinkShape } from './link-state.tsx'
import { type Trail, trailsOf } from './trails.ts'

/** The evidence path as a flow downwards: officer, then each record with what leads to it and on from it, then subject. */
export function EvidenceTrail({ path }: { readonly path: AccessPage['path'] }) {
  const { officers, trails, subjects } = trailsOf(path)
  return (
    <div className="trail">
      {officers.map((node) => (
        <Stop key={node.id} node={node} />
      ))}
      {trails.map((trail, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: trails have no id and their order is the story's
        <Through key={i} trail={trail} />
      ))}
      {subjects.map((node) => (
        <Stop key={node.id} node={node} />
      ))}
    </div>
  )
}

function Through({ trail }: { readonly trail: Trail }) {
  return (
    <div className="trail-through">
      {trail.toRecord.map((link) => (
        <Step key={link.from + link.to + link.label} link={link} />
      ))}
      {trail.record && <Stop node={trail.record} />}
      {trail.onwards.map((link) => (
        <Step key={link.from + link.to + link.label} link={link} />
      ))}
    </div>
  )
}

function Step({ link }: { readonly link: PathLink }) {
  const { t } = useTranslation()
  return (
    <p className={`trail-step ${link.state}`}>
      <LinkShape state={link.state} />
      {link.label === '' ? (
        <span className="sr-only">{t(`access.path.${link.state}`)}</span>
      ) : (
        <span>{link.label}</span>
      )}
    </p>
  )
}

function Stop({ node }: { readonly node: PathNode }) {
  return (
    <div className={`trail-stop ${node.exists ? '' : 'absent'}`}>
      <b>{node.title}</b>
      {node.detail && (
        <span>
          <Typed text={node.detail} />
        </span>
      )}
    </div>
  )
}
