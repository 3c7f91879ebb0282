import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'

/** Details beside the list: not modal, so the list stays in reach and j/k go on through it. */
export function Drawer({
  title,
  subtitle,
  children,
  onClose,
}: {
  readonly title: ReactNode
  readonly subtitle?: ReactNode
  readonly children: ReactNode
  onClose(): void
}) {
  return (
    <Dialog.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          className="drawer-in outline-none! fixed top-12 right-0 bottom-0 z-30 flex w-[min(620px,100vw)] flex-col border-l bg-panel shadow-(--shadow)"
          onInteractOutside={(event) => event.preventDefault()}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus({ preventScroll: true })
          }}
        >
          <header className="hairline-b flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-[15px] leading-6 font-semibold break-words">{title}</Dialog.Title>
              {subtitle !== undefined && <div className="text-table text-soft">{subtitle}</div>}
            </div>
            <Dialog.Close className="quiet-button -mr-2 w-7 justify-center px-0!" aria-label="Close details">
              <X size={16} />
            </Dialog.Close>
          </header>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section className="min-h-0 flex-1 overflow-y-auto px-5 py-4" tabIndex={0} aria-label="Details">
            {children}
          </section>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** A heading and what stands under it, inside a drawer. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="mb-6">
      <h3 className="label mb-2">{title}</h3>
      {children}
    </section>
  )
}

/** Facts in two columns. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[120px_1fr] gap-x-4 gap-y-1.5 text-table">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-faint">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
