import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Dialog, Modal, ModalOverlay } from 'react-aria-components'
import type { Me } from '../../../src/wire/session.ts'
import { longTime } from '../format/moment.ts'
import { useLocation } from '../router/location.ts'
import { useText } from '../text/setup-text.ts'
import { useKeys } from '../ui/use-keys.ts'
import { DemoBar } from './demo-bar.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { focusRow } from './row-keys.ts'
import { TopBar } from './top-bar.tsx'
import { WarningBar } from './warning-bar.tsx'

type Open = 'none' | 'drawer' | 'palette' | 'keys'

/** Rail, top bar and the screen between them. */
export function Frame({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  const { t } = useText()
  const [open, setOpen] = useState<Open>('none')
  const close = () => setOpen('none')
  const { path } = useLocation()
  const main = useFocusOnArrival(path)
  usePaletteKey(() => setOpen('palette'))
  useKeys({ '?': () => setOpen('keys'), j: () => focusRow(path, 1), k: () => focusRow(path, -1) })
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving anywhere closes the drawer
  useEffect(close, [path])
  return (
    <>
      <a className="skip" href="#main">
        {t('frame.skip')}
      </a>
      <div className="frame">
        <Rail me={me} />
        <div className="min-w-0">
          {me.isDemo && <DemoBar canRemove={me.may.includes('demo.remove')} />}
          <WarningBar />
          <TopBar
            me={me}
            onDrawer={() => setOpen('drawer')}
            onPalette={() => setOpen('palette')}
            onKeys={() => setOpen('keys')}
          />
          <main id="main" tabIndex={-1} ref={main} className="screen">
            <PrintHead me={me} />
            {children}
          </main>
        </div>
      </div>
      <ModalOverlay isOpen={open === 'drawer'} onOpenChange={close} isDismissable className="scrim side">
        <Modal className="drawer">
          <Dialog aria-label={t('frame.navigation')}>
            <Rail me={me} />
          </Dialog>
        </Modal>
      </ModalOverlay>
      {open === 'palette' && <Palette me={me} onClose={close} />}
      <KeysDialog isOpen={open === 'keys'} onClose={close} />
    </>
  )
}

// Paper leaves the screen: it must say whose it is, who printed it and when.
function PrintHead({ me }: { readonly me: Me }) {
  const { t, language } = useText()
  return (
    <div className="print-head" aria-hidden="true">
      <span>{`${t('product.name')}　${me.organisation}${me.isDemo ? `　${t('demo.mark')}` : ''}`}</span>
      <span>{`${t('frame.printedBy')} ${me.unit} ${me.title} ${me.name}　${longTime(me.now, language)}`}</span>
    </div>
  )
}

/** Moves focus to the new screen, as a page load would, but not on the first one. */
function useFocusOnArrival(path: string) {
  const main = useRef<HTMLElement>(null)
  const arrived = useRef(path)
  useEffect(() => {
    if (arrived.current === path) return
    arrived.current = path
    window.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [path])
  return main
}

function usePaletteKey(onOpen: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      onOpen()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [onOpen])
}
