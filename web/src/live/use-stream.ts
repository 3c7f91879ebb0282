import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { useEffect, useRef } from 'react'
import { useConsole } from '../ui/console-context.js'
import { openStream } from './stream.js'

/**
 * Subscribes while the view is mounted, the page visible and `enabled`. Data goes to `onData`, never into React state
 * by itself; `onOpen` runs before each opening, to fetch what was missed.
 */
export function useStream<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options: { readonly enabled: boolean; onData(data: Data): void; onOpen?(): void },
): void {
  const { graph } = useConsole()
  const latest = useRef(options)
  latest.current = options
  const key = JSON.stringify(variables)
  const { enabled } = options
  useEffect(() => {
    if (!enabled) return
    let close: (() => void) | undefined
    const follow = (): void => {
      if (window.document.hidden) {
        close?.()
        close = undefined
      } else if (close === undefined) {
        latest.current.onOpen?.()
        close = openStream(graph.client, document, JSON.parse(key) as Variables, {
          onData: (data) => latest.current.onData(data),
          onEnd: () => latest.current.onOpen?.(),
        })
      }
    }
    follow()
    window.document.addEventListener('visibilitychange', follow)
    return () => {
      window.document.removeEventListener('visibilitychange', follow)
      close?.()
    }
  }, [graph, document, key, enabled])
}
