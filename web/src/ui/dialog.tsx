import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'

interface Props {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  /** `alertdialog` where the act cannot be undone */
  readonly role?: 'dialog' | 'alertdialog'
}

/** A question in front of the page. Escape and a press outside close it. */
export function Dialog({ title, isOpen, onClose, children, role = 'dialog' }: Props) {
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable className="scrim">
      <Modal className="dialog">
        <AriaDialog role={role} className="dialog-body">
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
