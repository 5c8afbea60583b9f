import { type ClipboardEvent, useEffect, useRef } from 'react'
import type { QuestionBody, ShownView } from '../../../../src/wire/gate-desk.ts'
import type { GateCatalogue } from '../../../../src/wire/gate-query.ts'
import { saveFile } from '../../api/request.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'
import { Watermark } from '../../ui/watermark.tsx'
import { copyShown } from './copy-shown.ts'
import type { FileFormat, Look } from './use-look.ts'

interface Props {
  readonly shown: ShownView
  readonly query: GateCatalogue['queries'][number] | undefined
  readonly question: QuestionBody
  readonly look: Look
}

/** Records of people, under the mark of who looks. Taking them along is asked for separately. */
export function ShownCard({ shown, query, question, look }: Props) {
  const { t, pick } = useText()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const refuseCopy = (event: ClipboardEvent) => {
    event.preventDefault()
    showToast({ message: t('gate.copyBlocked') })
  }
  return (
    <section className="shown" aria-label={t('gate.result')}>
      <Watermark mark={shown.watermark} />
      <div className="shown-head">
        <h2 ref={heading} tabIndex={-1}>
          {query ? pick(query.title, query.titleEn) : t('gate.result')}
        </h2>
        <Button size="small" look="plain" onPress={look.clear}>
          {t('gate.hide')}
        </Button>
      </div>
      <dl className="shown-facts">
        <Fact name={t('gate.code')}>
          <CopyId id={shown.code} head={12} />
        </Fact>
        <Fact name={t('gate.seenAt')}>
          <Time at={shown.at} />
        </Fact>
        <Fact name={t('gate.mask')}>{t(`gate.masks.${shown.maskLevel}`)}</Fact>
        {shown.sheet === null && <Fact name={t('approval.count')}>{t('gate.rows', { count: shown.rows.length })}</Fact>}
      </dl>
      <p className="print-only">{t('gate.printBlocked')}</p>
      {shown.sheet === null ? (
        <div onCopy={refuseCopy}>
          <Rows shown={shown} />
        </div>
      ) : (
        <Sheet sheet={shown.sheet} code={shown.code} />
      )}
      {shown.isCut && <p className="text-soft">{t('gate.cut')}</p>}
      {shown.sheet === null && shown.rows.length > 0 && <TakeAlong shown={shown} question={question} look={look} />}
    </section>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Rows({ shown: { columns, rows } }: { readonly shown: ShownView }) {
  const { t, pick } = useText()
  if (rows.length === 0) return <EmptyState title={t('gate.noRows')} advice={t('gate.noRowsAdvice')} />
  return (
    <div className="card table-scroll not-printed">
      <table className="sheet stack">
        <thead>
          <tr>
            {columns.map(({ name, title, titleEn, isAmount }) => (
              <th key={name} className={isAmount ? 'number' : ''}>
                {pick(title, titleEn)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an answer is shown as it came and never changes
            <tr key={line}>
              {columns.map(({ name, title, titleEn, isAmount }, i) => (
                <td key={name} data-label={pick(title, titleEn)} className={isAmount ? 'number' : ''}>
                  {isAmount ? amount(row[i]) : (row[i] ?? '—')}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A whole amount with separators; what is masked stays as it came. */
function amount(value: string | null | undefined): string {
  return value && /^\d+$/.test(value) ? figure(Number(value)) : (value ?? '—')
}

/** The highest level: the server's own picture of the records, the mark in its ground. */
function Sheet({ sheet, code }: { readonly sheet: string; readonly code: string }) {
  const { t } = useText()
  const download = () => {
    const bytes = Uint8Array.from(atob(sheet), (sign) => sign.charCodeAt(0))
    saveFile(new Blob([bytes], { type: 'application/pdf' }), `${code}.pdf`)
  }
  return (
    <div className="card p-4 flex flex-col gap-3 items-start">
      <p className="m-0 text-soft">{t('gate.sheetOnly')}</p>
      <Button look="primary" onPress={download}>
        {t('gate.sheetOpen')}
      </Button>
    </div>
  )
}

const FORMATS: readonly (readonly [FileFormat, string])[] = [
  ['pdf', 'gate.printSheet'],
  ['ods', 'gate.exportOds'],
  ['csv', 'gate.exportCsv'],
]

function TakeAlong({ shown, question, look }: Omit<Props, 'query'>) {
  const { t } = useText()
  const copied = () => showToast({ message: t('gate.copied') })
  const isCopy = question.act === 'copy'
  if (question.query === '' && !isCopy) return null
  return (
    <div className="take-along">
      <b>{t('gate.take')}</b>
      <span className="field-note">{t('gate.takeNote')}</span>
      <div className="flex flex-wrap gap-2">
        {question.query !== '' &&
          FORMATS.map(([format, words]) => (
            <Button
              key={format}
              size="small"
              isDisabled={look.take.isPending}
              onPress={() => look.take.mutate({ question, format })}
            >
              {t(words)}
            </Button>
          ))}
        <Button
          size="small"
          isDisabled={look.copy.isPending}
          onPress={() =>
            isCopy
              ? void copyShown(shown).then(copied)
              : look.copy.mutate(question, { onSuccess: ({ shown: own }) => own && copied() })
          }
        >
          {t('gate.copyRows')}
        </Button>
        <span className="field-note self-center">{t('gate.rows', { count: figure(shown.rows.length) })}</span>
      </div>
      {look.take.isError && <ErrorState error={look.take.error} />}
      {look.copy.isError && <ErrorState error={look.copy.error} />}
    </div>
  )
}
