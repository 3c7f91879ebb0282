import { DropdownMenu } from 'radix-ui'
import type { MenuEntry, MenuProps } from './menu-props.js'

const ITEM =
  'flex h-7 w-full cursor-pointer items-center gap-2 rounded px-2 text-table outline-none! select-none data-highlighted:bg-hover data-highlighted:text-text'

function Entry({ entry }: { readonly entry: MenuEntry }) {
  if (entry === 'rule') return <DropdownMenu.Separator className="my-1 h-px bg-line" />
  const { word, hint, checked, onSelect } = entry
  if (checked !== undefined) {
    return (
      <DropdownMenu.CheckboxItem
        className={ITEM}
        checked={checked}
        onSelect={(event) => {
          // Choosing one of several leaves the menu open for the next.
          event.preventDefault()
          onSelect()
        }}
      >
        <span className="w-4 text-beam" aria-hidden>
          {checked ? '✓' : ''}
        </span>
        {word}
      </DropdownMenu.CheckboxItem>
    )
  }
  return (
    <DropdownMenu.Item className={ITEM} onSelect={onSelect}>
      {word}
      {hint !== undefined && <kbd className="key ml-auto">{hint}</kbd>}
    </DropdownMenu.Item>
  )
}

/** The menu with its list; it comes because it was wanted, so it is open. */
export function MenuList({ label, className, face, entries }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger aria-label={label} title={label} className={className}>
        {face}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="overlay-in z-50 max-h-[70vh] min-w-44 overflow-y-auto rounded-lg border bg-raised p-1 shadow-(--shadow)"
        >
          {entries.map((entry, index) => (
            <Entry key={entry === 'rule' ? index : entry.word} entry={entry} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
