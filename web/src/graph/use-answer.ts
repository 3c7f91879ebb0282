import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useConsole } from '../ui/console-context.js'
import { type Failure, failureOf } from './failure.js'

export interface Answer<Data> {
  /** The newest data that came, also while newer data loads or fails. */
  readonly data: Data | undefined
  /** Why the newest attempt failed; undefined when it did not. */
  readonly failure: Failure | undefined
  /** Whether nothing came yet: the only time a skeleton is shown. */
  readonly first: boolean
  /** When `data` came, ms since the epoch. */
  readonly at: number | undefined
  refresh(): void
}

interface Held<Data> {
  readonly data: Data | undefined
  readonly failure: Failure | undefined
  readonly at: number | undefined
}

interface AnswerOptions {
  /** Ask again after this long, while the page is visible; 0 asks once. */
  readonly everyMs?: number
  /** False asks nothing (and keeps what is there). */
  readonly enabled?: boolean
  /** Data of other variables is no answer to these: forget it at a change (default: keep the old until the new comes). */
  readonly forget?: boolean
}

const NOTHING = { data: undefined, failure: undefined, at: undefined } as const

/** Asks a query, keeps the last data over errors and changes, and asks again on a pace and when live data came back. */
export function useAnswer<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { everyMs = 0, enabled = true, forget = false }: AnswerOptions = {},
): Answer<Data> {
  const { graph, live } = useConsole()
  const [held, setHeld] = useState<Held<Data>>(NOTHING)
  const [asked, setAsked] = useState(0)
  const opened = useSyncExternalStore(live.onOpened, live.opened)
  const key = JSON.stringify(variables)
  const heldKey = useRef(key)

  useEffect(() => {
    if (!enabled) return
    let dropped = false
    let timer: ReturnType<typeof setTimeout> | undefined
    if (forget && heldKey.current !== key) setHeld(NOTHING)
    heldKey.current = key
    const ask = async (): Promise<void> => {
      if (!window.document.hidden) {
        const result = await graph.client.query(document, JSON.parse(key) as Variables).toPromise()
        if (dropped) return
        const failure = result.error === undefined ? undefined : failureOf(result.error)
        const data = result.data ?? undefined
        setHeld((before) => (data === undefined ? { ...before, failure } : { data, failure, at: Date.now() }))
      }
      if (everyMs > 0) timer = setTimeout(() => void ask(), everyMs)
    }
    void ask()
    return () => {
      dropped = true
      clearTimeout(timer)
    }
    // `opened` and `asked` are reasons to ask again, not inputs.
  }, [graph, document, key, everyMs, enabled, forget, opened, asked])

  const refresh = useCallback(() => setAsked((times) => times + 1), [])
  return { ...held, first: held.data === undefined && held.failure === undefined, refresh }
}
