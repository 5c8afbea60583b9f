import type { ReactNode } from 'react'
import { ProblemError } from '../api/request.ts'
import { useText } from '../text/setup-text.ts'
import { Button } from './button.tsx'
import { CopyId } from './copy-id.tsx'

/** Nothing to show, and what to do next. */
export function EmptyState({
  title,
  advice,
  children,
}: {
  readonly title: string
  readonly advice: string
  readonly children?: ReactNode
}) {
  return (
    <div className="state">
      <h2>{title}</h2>
      <p className="text-soft m-0">{advice}</p>
      {children && <div className="mt-4 flex gap-2 flex-wrap">{children}</div>}
    </div>
  )
}

/** What happened, what to do, and the reference that finds the log line. */
export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t, pick } = useText()
  const problem = error instanceof ProblemError ? error.problem : undefined
  return (
    <div className="state" role="alert">
      <h2>{problem ? pick(problem.message, problem.messageEn) : t('states.unexpected')}</h2>
      <p className="text-soft m-0">{problem ? pick(problem.advice, problem.adviceEn) : t('states.unexpectedAdvice')}</p>
      {problem?.reference && (
        <p className="text-faint text-[13px] mt-2 mb-0">
          {t('states.reference')} <CopyId id={problem.reference} />
        </p>
      )}
      {onRetry && (
        <div className="mt-4">
          <Button onPress={onRetry}>{t('states.retry')}</Button>
        </div>
      )}
    </div>
  )
}

/** Grey bones in the shape of rows while the answer is on its way. */
export function Loading({ rows = 6, height = 22 }: { readonly rows?: number; readonly height?: number }) {
  const { t } = useText()
  return (
    <div role="status" className="p-4 flex flex-col gap-4">
      <span className="sr-only">{t('states.loading')}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: bones have no identity and never move
          key={i}
          className="bone"
          style={{ height, width: `${92 - ((i * 17) % 34)}%` }}
          aria-hidden="true"
        />
      ))}
    </div>
  )
}
