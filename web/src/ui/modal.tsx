import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'

/** A dialog in the middle, over a shade; Escape and a click outside close it. */
export function Modal({
  title,
  wide = false,
  children,
  onClose,
}: {
  readonly title: string
  readonly wide?: boolean
  readonly children: ReactNode
  onClose(): void
}) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay-in fixed inset-0 z-40 bg-(--shade)" />
        <Dialog.Content
          data-modal="true"
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
          }}
          aria-describedby={undefined}
          className={`overlay-in outline-none! fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] -translate-x-1/2 flex-col rounded-xl border border-line-strong bg-raised shadow-(--shadow) ${
            wide ? 'w-[min(860px,94vw)]' : 'w-[min(560px,94vw)]'
          }`}
        >
          <header className="flex items-center px-5 pt-4 pb-2">
            <Dialog.Title className="text-[15px] font-semibold">{title}</Dialog.Title>
            <Dialog.Close className="quiet-button -mr-2 ml-auto w-7 justify-center px-0!" aria-label="Close">
              <X size={16} />
            </Dialog.Close>
          </header>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
