import { useEffect, useState } from 'react'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { type Revealed, SHOWN_SECONDS } from './use-revealed.ts'

/** The name, with the seconds it still stays. It is left out of every print. */
export function RevealedName({ revealed, onHide }: { readonly revealed: Revealed; readonly onHide: () => void }) {
  const { t } = useText()
  const seconds = useSecondsUntil(revealed.hidesAt)
  return (
    <div className="revealed no-print" role="status">
      <span className="revealed-what">{t(`access.reveal.${revealed.what}`)}</span>
      <b>{revealed.value}</b>
      <span className="revealed-note">
        {t('access.reveal.logged')} <CopyId id={revealed.eventId} />
      </span>
      <span className="revealed-note" aria-hidden="true">
        {t('access.reveal.hides', { seconds })}
      </span>
      <Button size="small" onPress={onHide}>
        {t('access.reveal.hide')}
      </Button>
    </div>
  )
}

function useSecondsUntil(at: number): number {
  const [left, setLeft] = useState(SHOWN_SECONDS)
  useEffect(() => {
    const read = () => setLeft(Math.max(0, Math.ceil((at - Date.now()) / 1000)))
    read()
    const timer = setInterval(read, 1000)
    return () => clearInterval(timer)
  }, [at])
  return left
}
