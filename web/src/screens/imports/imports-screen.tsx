import { useQuery } from '@tanstack/react-query'
import type { ImportRecord } from '../../../../src/wire/import.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { importsQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Screen } from '../../ui/screen.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { ImportState, QualityWord } from './import-state.tsx'
import { ReconcileBox } from './reconcile-box.tsx'
import { useSourceName } from './source-name.ts'

/** What has been read into the program, how good it is, and the reconciliation that follows. */
export function ImportsScreen({ me }: { readonly me: Me }) {
  const { t } = useText()
  const query = useQuery(importsQuery)
  const canImport = me.may.includes('import.run')
  const start = canImport && (
    <Link href="/imports/new" className="btn primary">
      {t('imports.new')}
    </Link>
  )
  return (
    <Screen title={t('rail.imports')} lead={t('imports.lead')} actions={start}>
      {me.may.includes('run.view') && <ReconcileBox canStart={me.may.includes('run.start')} />}
      <h2>{t('imports.list')}</h2>
      <div className="card table-scroll">
        <Answer query={query}>
          {({ imports }) =>
            imports.length === 0 ? (
              <EmptyState title={t('imports.none')} advice={t('imports.noneAdvice')}>
                {start}
              </EmptyState>
            ) : (
              <ImportTable imports={imports} />
            )
          }
        </Answer>
      </div>
    </Screen>
  )
}

const COLUMNS = ['file', 'what', 'state', 'rows', 'rejected', 'quality', 'when'] as const
const NUMBERS: ReadonlySet<string> = new Set(['rows', 'rejected', 'when'])

function ImportTable({ imports }: { readonly imports: readonly ImportRecord[] }) {
  const { t } = useText()
  const sourceName = useSourceName()
  return (
    <table className="sheet stack">
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} className={NUMBERS.has(column) ? 'number' : ''}>
              {t(`imports.column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {imports.map((each) => (
          <tr key={each.importId}>
            <td className="min-w-44 whole">
              <Link href={`/imports/${each.importId}`}>{each.fileName}</Link>
            </td>
            <td className="whitespace-nowrap whole">
              {each.targetTitle} <span className="text-faint text-[13px]">{sourceName(each)}</span>
            </td>
            <td>
              <ImportState record={each} />
            </td>
            <td className="number" data-label={t('imports.column.rows')}>
              {figure(each.rowsLoaded)}
            </td>
            <td className="number" data-label={t('imports.column.rejected')}>
              {each.rowsRejected > 0 ? figure(each.rowsRejected) : <span className="text-faint">0</span>}
            </td>
            <td>{each.state === 'done' ? <QualityWord quality={each.quality} /> : '—'}</td>
            <td className="number text-soft">
              <Time at={each.startedAt} form="short" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
