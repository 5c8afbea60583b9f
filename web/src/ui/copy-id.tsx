import { shortened } from '../format/figure.ts'
import { useText } from '../text/setup-text.ts'
import { showToast } from './toast.tsx'

/** A long id, shortened in the middle; pressing copies all of it. */
export function CopyId({
  id,
  head = 6,
  tail = 4,
}: {
  readonly id: string
  readonly head?: number
  readonly tail?: number
}) {
  const { t } = useText()
  const copy = async () => {
    await navigator.clipboard?.writeText(id)
    showToast({ message: t('kit.copied') })
  }
  return (
    <button
      type="button"
      className="mono min-h-[24px] cursor-pointer rounded px-1 -mx-1 hover:bg-act-soft"
      title={id}
      aria-label={t('kit.copy', { id })}
      onClick={copy}
    >
      {shortened(id, head, tail)}
    </button>
  )
}
