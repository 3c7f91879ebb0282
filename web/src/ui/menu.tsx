import { lazy, type MouseEventHandler, Suspense, useState } from 'react'
import type { MenuProps } from './menu-props.js'
import { preload } from './preload.js'

const load = () => import('./menu-list.js')
const MenuList = lazy(async () => ({ default: (await load()).MenuList }))

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
