import type { ReactNode } from 'react'

/** One line of a menu: something to do, something to switch on and off (with `checked`), or a rule between. */
export type MenuEntry =
  | {
      readonly word: string
      readonly hint?: string
      readonly checked?: boolean
      onSelect(): void
    }
  | 'rule'

export interface MenuProps {
  /** The button's name, where it shows only an icon. */
  readonly label: string
  readonly className: string
  readonly face: ReactNode
  readonly entries: readonly MenuEntry[]
}
