import { createContext, useContext } from 'react'
import type { Graph } from '../graph/client.js'
import type { Live } from '../live/live.js'

/** What every view stands on. Made once in main. */
export interface ConsoleContext {
  readonly graph: Graph
  readonly live: Live
}

export const Console = createContext<ConsoleContext | undefined>(undefined)

/** The console's graph and live data. Throws outside of the shell. */
export function useConsole(): ConsoleContext {
  const context = useContext(Console)
  if (context === undefined) throw new Error('useConsole is called outside of <Console>')
  return context
}
