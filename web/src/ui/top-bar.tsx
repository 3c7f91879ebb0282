import { Search } from 'lucide-react'
import { LiveBadge } from './live-badge.js'
import { RangePicker } from './range-picker.js'

const LOOPBACK = /^(localhost|127\.|\[::1\])/

/** Which environment this console looks at: the host that serves it. */
export function environmentOf(host: string): string {
  return LOOPBACK.test(host) ? 'local' : host
}

/** Graph and environment, time, liveness and the palette: the same on every view. */
export function TopBar({ onPalette }: { onPalette(): void }) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b px-5">
      <div className="flex min-w-0 items-baseline gap-1.5 whitespace-nowrap">
        <span className="font-medium">Agent operations</span>
        <span className="text-faint" aria-hidden>
          /
        </span>
        <span className="truncate text-soft" title={location.host}>
          {environmentOf(location.host)}
        </span>
      </div>
      <button
        type="button"
        className="ml-auto flex h-7 w-56 min-w-0 items-center gap-2 rounded-md border px-2 text-table text-faint hover:border-line-strong hover:text-soft"
        onClick={onPalette}
      >
        <Search size={13} aria-hidden />
        <span className="truncate">Find or do</span>
        <kbd className="key ml-auto">Ctrl K</kbd>
      </button>
      <RangePicker />
      <LiveBadge />
    </header>
  )
}
