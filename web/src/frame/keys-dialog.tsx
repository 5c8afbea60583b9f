import { useText } from '../text/setup-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { commandKey, Kbd } from '../ui/kbd.tsx'

const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['palette', [`${commandKey}K`]],
  ['down', ['j', '↓']],
  ['up', ['k', '↑']],
  ['open', ['Enter']],
  ['page', ['o']],
  ['close', ['Esc']],
  ['search', ['/']],
  ['help', ['?']],
]

/** Which keys do what. */
export function KeysDialog({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean
  readonly onClose: () => void
}) {
  const { t } = useText()
  return (
    <Dialog title={t('keys.title')} isOpen={isOpen} onClose={onClose}>
      <dl className="facts">
        {KEYS.map(([name, keys]) => (
          <div key={name} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
      <div className="flex justify-end mt-4">
        <Button onPress={onClose}>{t('kit.close')}</Button>
      </div>
    </Dialog>
  )
}
