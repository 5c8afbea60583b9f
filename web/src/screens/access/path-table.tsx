import { useTranslation } from 'react-i18next'
import type { AccessPage } from '../../../../src/wire/access.ts'
import { LinkShape } from './link-state.tsx'

/** The evidence path as rows: from, how it stands, what it says, to. */
export function PathTable({ path }: { readonly path: AccessPage['path'] }) {
  const { t } = useTranslation()
  const nodes = new Map(path.nodes.map((node) => [node.id, node]))
  const name = (id: string): string => {
    const node = nodes.get(id)
    if (!node) return '—'
    return [node.title, node.detail, node.exists ? '' : t('access.path.absent')].filter(Boolean).join('，')
  }
  return (
    <table className="sheet">
      <caption className="sr-only">{t('access.path.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('access.path.from')}</th>
          <th scope="col">{t('access.path.state')}</th>
          <th scope="col">{t('access.path.words')}</th>
          <th scope="col">{t('access.path.to')}</th>
        </tr>
      </thead>
      <tbody>
        {path.links.map((link) => (
          <tr key={link.from + link.to + link.label}>
            <td>{name(link.from)}</td>
            <td>
              <span className={`path-state ${link.state}`}>
                <LinkShape state={link.state} />
                {t(`access.path.${link.state}`)}
              </span>
            </td>
            <td>{link.label || '—'}</td>
            <td>{name(link.to)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
