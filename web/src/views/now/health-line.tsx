import { useSyncExternalStore } from 'react'
import { isCold } from '../../live/connection.js'
import { badgeWords } from '../../ui/live-badge.js'
import { useConsole } from '../../ui/console-context.js'
import { type HealthLevel, health } from './health.js'

const FACES = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  quiet: 'text-faint',
} as const satisfies Record<HealthLevel, string>
const GLYPHS = { good: '●', warn: '▲', bad: '■', quiet: '○' } as const satisfies Record<HealthLevel, string>

/** The view's title, and whether all is well in one line. When live data is cold it says that and judges nothing. */
export function HealthLine({ usualP95 }: { readonly usualP95: number | undefined }) {
  const { live } = useConsole()
  const frame = useSyncExternalStore(live.metrics.subscribe, live.metrics.frame)
  const connection = useSyncExternalStore(live.connection.subscribe, live.connection.read)
  const cold = isCold(connection.phase)
  const { level, word, why } = cold
    ? { level: 'quiet' as const, word: 'Unknown', why: `live data is ${badgeWords(connection, Date.now())}` }
    : health(frame, usualP95)
  return (
    <header className="flex items-baseline gap-3">
      <h1 className="text-title tracking-[-0.01em]">Now</h1>
      <p className="flex items-baseline gap-2" data-health={level}>
        <span className={`${FACES[level]} text-[11px]`} aria-hidden>
          {GLYPHS[level]}
        </span>
        <span className="font-medium">{word}</span>
        <span className="text-soft">{why}</span>
      </p>
    </header>
  )
}
