import {
  Button,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components'
import { useText } from '../text/setup-text.ts'

interface Message {
  readonly message: string
  /** present where the act can be taken back */
  readonly undo?: () => void
}

const SHOWN_MS = 6000
const MAX_VISIBLE = 3
const queue = new ToastQueue<Message>({ maxVisibleToasts: MAX_VISIBLE })

/** Says what was done, with the way back where there is one. Screen readers hear it. */
export function showToast(message: Message): void {
  queue.add(message, { timeout: SHOWN_MS })
}

/** Where toasts appear; once per page. */
export function Toasts() {
  const { t } = useText()
  return (
    <ToastRegion queue={queue} className="toast-region" aria-label={t('kit.notices')}>
      {({ toast }) => (
        <Toast toast={toast} className="toast">
          <ToastContent className="flex-1">
            <span slot="title">{toast.content.message}</span>
          </ToastContent>
          {toast.content.undo && (
            <Button
              className="undo"
              onPress={() => {
                toast.content.undo?.()
                queue.close(toast.key)
              }}
            >
              {t('kit.undo')}
            </Button>
          )}
          <Button slot="close" aria-label={t('kit.close')}>
            ✕
          </Button>
        </Toast>
      )}
    </ToastRegion>
  )
}
