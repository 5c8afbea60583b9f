import { useText } from '../../text/setup-text.ts'
import { Kbd } from '../../ui/kbd.tsx'

/** The keys of the list, in reach of the eye. */
export function ListKeys() {
  const { t } = useText()
  return (
    <span className="hidden lg:flex gap-3 items-center no-print">
      <span>
        <Kbd>j</Kbd> <Kbd>k</Kbd> {t('keys.move')}
      </span>
      <span>
        <Kbd>Enter</Kbd> {t('keys.beside')}
      </span>
      <span>
        <Kbd>o</Kbd> {t('keys.full')}
      </span>
      <Kbd>?</Kbd>
    </span>
  )
}
