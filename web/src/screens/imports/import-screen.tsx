import { useQuery } from '@tanstack/react-query'
import type { ImportRecord } from '../../../../src/wire/import.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { importQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { duration } from '../../format/moment.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Screen } from '../../ui/screen.tsx'
import { Time } from '../../ui/time.tsx'
import { ImportState } from './import-state.tsx'
import { useSourceName } from './source-name.ts'
import { TimeReadings } from './time-readings.tsx'
import { UndoImport } from './undo-dialog.tsx'
import { UsedMapping } from './used-mapping.tsx'

/** One import: its progress while it runs, then its result, its rejects, and what was found in the data. */
export function ImportScreen({ id, me }: { readonly id: string; readonly me: Me }) {
  const { t } = useText()
  const query = useQuery(importQuery(id))
  const sourceName = useSourceName()
  const back = (
    <Link href="/imports" className="btn">
      {t('imports.back')}
    </Link>
  )
  return (
    <Screen
      title={query.data?.fileName ?? t('imports.one')}
      lead={query.data && `${query.data.targetTitle}　${sourceName(query.data)}`}
      actions={
        <>
          {back}
          {query.data?.state === 'done' && mayUndo(me) && <UndoImport importId={id} />}
        </>
      }
    >
      <Answer query={query}>
        {(record) => (
          <>
            <div className="mt-4 flex flex-col gap-2" aria-live="polite">
              <ImportState record={record} />
              {record.state === 'running' && <Running record={record} />}
              {record.error && (
                <p role="alert" className="card px-4 py-3 m-0">
                  {record.error}
                </p>
              )}
            </div>
            <Result record={record} />
            <Quality record={record} />
            <TimeReadings readings={record.readings} />
            {record.mapping && <UsedMapping mapping={record.mapping} />}
          </>
        )}
      </Answer>
    </Screen>
  )
}

/** Proposing is for who may import and may propose changes; the server asks again. */
const mayUndo = ({ may }: Me): boolean => may.includes('import.run') && may.includes('change.propose')

function Running({ record }: { readonly record: ImportRecord }) {
  const { t, language } = useText()
  const rate =
    record.rowsPerSecond === null ? '' : t('imports.rate', { rate: figure(Math.round(record.rowsPerSecond)) })
  const left =
    record.remainingSeconds === null ? '' : t('imports.left', { time: duration(record.remainingSeconds, language) })
  return (
    <div className="max-w-2xl">
      <Progress label={record.fileName} value={record.progress} />
      <p className="text-soft text-[14px] m-0">
        {[t('imports.readSoFar', { rows: figure(record.rowsRead) }), rate, left].filter(Boolean).join('　')}
      </p>
    </div>
  )
}

function Result({ record }: { readonly record: ImportRecord }) {
  const { t, pick } = useText()
  return (
    <dl className="facts card px-5 py-4 mt-4">
      <Fact name="loaded">
        <b>{figure(record.rowsLoaded)}</b>
      </Fact>
      <Fact name="read">{figure(record.rowsRead)}</Fact>
      <Fact name="duplicate">{figure(record.rowsDuplicate)}</Fact>
      <Fact name="rejected">
        {figure(record.rowsRejected - record.rowsNotRecords)}
        {record.rowsNotRecords > 0 && `　${t('imports.notRecords', { count: figure(record.rowsNotRecords) })}`}
        {record.rowsRejected > 0 && (
          <>
            {'　'}
            <a href={`/api/imports/${record.importId}/rejects`} download>
              {t('imports.downloadRejects')}
            </a>
            <ul className="m-0 pl-5 text-[14px]">
              {record.rejectReasons.map((each) => (
                <li key={`${each.column}:${each.code}`}>
                  {`${figure(each.count)}　${pick(each.sentence, each.sentenceEn)}`}
                </li>
              ))}
            </ul>
          </>
        )}
      </Fact>
      {record.from && record.to && (
        <Fact name="covers">
          <Time at={record.from} /> – <Time at={record.to} />
        </Fact>
      )}
      <Fact name="started">
        <Time at={record.startedAt} />
        {`　${record.startedByName || t(`ledger.actors.${record.startedBy}`, { defaultValue: record.startedBy })}`}
      </Fact>
      {record.withdrawnBy && record.withdrawnAt && (
        <>
          <dt>{t('importUndo.withdrawn')}</dt>
          <dd>
            <Time at={record.withdrawnAt} />
            {`　${record.withdrawnBy}`}
          </dd>
        </>
      )}
      {record.sha256 && (
        <Fact name="sha256">
          <CopyId id={record.sha256} head={12} tail={8} />
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  const { t } = useText()
  return (
    <>
      <dt>{t(`imports.fact.${name}`)}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Quality({ record }: { readonly record: ImportRecord }) {
  const { t, pick } = useText()
  if (record.state === 'running') return null
  return (
    <>
      <h2>{t('imports.qualityTitle')}</h2>
      {record.quality.length === 0 ? (
        <p className="text-soft m-0">{t('imports.qualityClean')}</p>
      ) : (
        <ul className="card m-0 p-0 list-none max-w-3xl">
          {record.quality.map((finding) => (
            <li key={finding.code} className="flex gap-4 px-4 py-2 border-b border-line2 last:border-0">
              <span
                className={`w-12 shrink-0 ${finding.severity === 'note' ? 'text-soft' : 'text-amber font-semibold'}`}
              >
                {t(`imports.quality.${finding.severity}`)}
              </span>
              <span className="flex-1">{pick(finding.sentence, finding.sentenceEn)}</span>
              <span className="text-faint">{figure(finding.count)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
