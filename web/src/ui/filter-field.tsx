import { Search } from 'lucide-react'
import { useRef } from 'react'
import { useKeys } from './keys.js'

/** The text filter of a table; `/` goes to it, Escape empties it and leaves. */
export function FilterField(props: {
  readonly label: string
  readonly value: string
  onChange(text: string): void
}) {
  const field = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => field.current?.focus() })
  return (
    <label className="flex h-7 w-64 items-center gap-2 rounded-md border px-2 focus-within:border-beam">
      <Search size={13} className="text-faint" aria-hidden />
      <span className="sr-only">{props.label}</span>
      <input
        ref={field}
        className="min-w-0 flex-1 bg-transparent text-table outline-none! placeholder:text-faint"
        placeholder={props.label}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          props.onChange('')
          field.current?.blur()
        }}
      />
      <kbd className="key">/</kbd>
    </label>
  )
}
