import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { sendJson } from '../api/request.ts'
import { Link } from '../router/link.tsx'
import { useText } from '../text/setup-text.ts'
import { showToast } from '../ui/toast.tsx'
import { TypedConfirmation } from '../ui/typed-confirmation.tsx'

// The server asks for exactly these words, in either language of the page.
const WORDS = '移除示範資料'

/** Marks sample data on every page, and removes it with one act. */
export function DemoBar({ canRemove }: { readonly canRemove: boolean }) {
  const { t } = useText()
  const [isAsking, setAsking] = useState(false)
  const client = useQueryClient()
  const removal = useMutation({
    mutationFn: () => sendJson('DELETE', '/api/demo', { confirm: WORDS }),
    onSuccess: () => {
      setAsking(false)
      showToast({ message: t('demo.removed') })
      void client.resetQueries()
    },
  })
  return (
    <aside className="demo-bar" aria-label={t('demo.mark')}>
      <span className="sm:hidden">{t('demo.mark')}</span>
      <span className="max-sm:hidden">{t('demo.notice')}</span>
      <Link href="/walk" className="demo-walk">
        {t('walk.title')}
      </Link>
      {canRemove && (
        <button type="button" onClick={() => setAsking(true)}>
          <span className="sm:hidden">{t('demo.removeShort')}</span>
          <span className="max-sm:hidden">{t('demo.remove')}</span>
        </button>
      )}
      <TypedConfirmation
        title={t('demo.remove')}
        words={WORDS}
        act={t('demo.remove')}
        isOpen={isAsking}
        isBusy={removal.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => removal.mutate()}
      >
        <p className="m-0">{t('demo.removeAdvice')}</p>
        {removal.isError && (
          <p role="alert" className="field-error m-0 mt-2">
            {t('demo.removeFailed')}
          </p>
        )}
      </TypedConfirmation>
    </aside>
  )
}
