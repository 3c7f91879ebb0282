import { preload } from './preload.js'
import { lazy, type MouseEventHandler, type ReactNode, Suspense, useState } from 'react'

/** One line of a menu: something to do, something to switch on and off (with `checked`), or a rule between. */
export type MenuEntry =
  | {
      readonly word: string
      readonly hint?: string
      readonly checked?: boolean
      onSelect(): void
    }
  | 'rule'

const load = () => import('./menu-list.js')
const MenuList = lazy(async () => ({ default: (await load()).MenuList }))

export interface MenuProps {
  /** The button's name, where it shows only an icon. */
  readonly label: string
  readonly className: string
  readonly face: ReactNode
  readonly entries: readonly MenuEntry[]
}

/** The button of a menu, before and after its list is there. */
export function menuButton({ label, className, face }: MenuProps, onClick?: MouseEventHandler) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-haspopup="menu"
      className={className}
      onClick={onClick}
      onPointerEnter={() => preload(load)}
    >
      {face}
    </button>
  )
}

/** A menu under a button. The list's code is fetched when it is first wanted: it is no part of the first route. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false)
  if (!wanted) return menuButton(props, () => setWanted(true))
  return (
    <Suspense fallback={menuButton(props)}>
      <MenuList {...props} />
    </Suspense>
  )
}
