import { useState } from 'react'
import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components'
import type { Me } from '../../../src/wire/session.ts'
import { useText } from '../text/setup-text.ts'
import { commandsOf } from './commands.ts'
import { useSignOut } from './sign-out.ts'

/** Jump anywhere, set a filter, change language: by name in Chinese or English, without the mouse. */
export function Palette({ me, onClose }: { readonly me: Me; readonly onClose: () => void }) {
  const { t, language } = useText()
  const { contains } = useFilter({ sensitivity: 'base' })
  const signOut = useSignOut()
  const commands = commandsOf(me, () => void signOut())
  const [typed, setTyped] = useState('')
  const isLatin = language === 'en' || /[a-z]/i.test(typed)
  const run = (id: string) => {
    onClose()
    // After the dialog has given focus back, so that printing and arriving see the page and not the palette.
    requestAnimationFrame(() => commands.find((command) => command.id === id)?.run())
  }
  return (
    <ModalOverlay isOpen onOpenChange={onClose} isDismissable className="scrim">
      <Modal className="dialog">
        <Dialog aria-label={t('palette.title')} className="outline-none">
          <Autocomplete filter={contains} inputValue={typed} onInputChange={setTyped}>
            <SearchField autoFocus aria-label={t('palette.prompt')} className="border-b border-line">
              <Input
                placeholder={t('palette.prompt')}
                className="w-full px-5 py-3 outline-none bg-transparent text-[15px]"
              />
            </SearchField>
            <Menu
              aria-label={t('palette.title')}
              className="menu"
              items={commands}
              dependencies={[isLatin]}
              onAction={(id) => run(String(id))}
              renderEmptyState={() => <p className="px-3 py-2 m-0 text-faint">{t('palette.nothing')}</p>}
            >
              {(command) => (
                <MenuItem id={command.id} textValue={`${t(command.text)} ${command.alias}`} className="menu-item">
                  {t(command.text)}
                  {isLatin && (
                    <span className="text-faint text-[12.5px]" lang="en">
                      {command.alias}
                    </span>
                  )}
                </MenuItem>
              )}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
