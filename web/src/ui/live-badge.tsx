import { Pause, Play } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { type Connection, quietSeconds } from '../live/connection.js'
import { useConsole } from './console-context.js'

/** What the badge says about a connection. */
export function badgeWords(connection: Connection, now: number): string {
  switch (connection.phase) {
    case 'live':
      return `live ${(connection.lagMs / 1_000).toFixed(1)} s behind`
    case 'connecting':
      return 'connecting'
    case 'stale':
      return `stale ${quietSeconds(connection, now)} s`
    case 'reconnecting':
      return `reconnecting ${quietSeconds(connection, now)} s`
    case 'paused':
      return 'paused'
    case 'signed-out':
      return 'signed out'
  }
}

const DOTS = {
  live: 'bg-beam',
  connecting: 'border-2 border-faint',
  stale: 'bg-warn rounded-none! rotate-45',
  reconnecting: 'bg-bad rounded-none!',
  paused: 'border-2 border-soft',
  'signed-out': 'border-2 border-bad',
} as const satisfies Record<Connection['phase'], string>

/** Whether what is seen is live, and how far behind; pressing it pauses and resumes. */
export function LiveBadge() {
  const { live } = useConsole()
  const connection = useSyncExternalStore(live.connection.subscribe, live.connection.read)
  const paused = connection.phase === 'paused'
  const Icon = paused ? Play : Pause
  return (
    <button
      type="button"
      data-phase={connection.phase}
      className="framed-button group min-w-[148px] border-line!"
      title={paused ? 'Resume (p)' : 'Pause (p)'}
      onClick={() => (paused ? live.resume() : live.pause())}
    >
      <span className={`size-2 shrink-0 rounded-full ${DOTS[connection.phase]}`} aria-hidden />
      <span className="flex-1 text-left text-table whitespace-nowrap">
        {badgeWords(connection, Date.now())}
      </span>
      <Icon size={12} className="text-faint group-hover:text-text" aria-hidden />
      <span className="sr-only">{paused ? 'Resume live data' : 'Pause live data'}</span>
    </button>
  )
}
