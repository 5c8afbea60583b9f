import { useText } from '../text/setup-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { KeyList } from './key-list.tsx'

/** Which keys do what. */
export function KeysDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { t } = useText()
  return (
    <Dialog title={t('keys.title')} isOpen={isOpen} onClose={onClose}>
      <KeyList />
      <div className="flex justify-end mt-4">
        <Button onPress={onClose}>{t('kit.close')}</Button>
      </div>
    </Dialog>
  )
}
