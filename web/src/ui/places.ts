import { Activity, Braces, type LucideIcon, Rows3, ShieldCheck, Waypoints } from 'lucide-react'

export interface Place {
  readonly to: '/' | '/operations' | '/decisions' | '/walk' | '/graphiql'
  readonly word: string
  /** Second key after `g`. */
  readonly key: string
  readonly icon: LucideIcon
}

/** The console's views, in the order of the rail. */
export const PLACES: readonly Place[] = [
  { to: '/', word: 'Now', key: 'n', icon: Activity },
  { to: '/operations', word: 'Operations', key: 'o', icon: Rows3 },
  { to: '/decisions', word: 'Decisions', key: 'd', icon: ShieldCheck },
  { to: '/walk', word: 'Walk', key: 'w', icon: Waypoints },
  { to: '/graphiql', word: 'GraphiQL', key: 'q', icon: Braces },
]
