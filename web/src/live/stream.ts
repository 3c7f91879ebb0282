import type { AnyVariables, Client, CombinedError, TypedDocumentNode } from '@urql/core'
import { retryAfterMs } from '../graph/client.js'

export interface StreamHandlers<Data> {
  onData(data: Data): void
  /** The stream ended or failed; it is opened again after a while. */
  onEnd(error: CombinedError | undefined): void
}

/**
 * Keeps a subscription open until the function that comes back is called. The socket's own reconnecting is graphql-ws's;
 * this opens the subscription again when the server ended or refused it, with growing waits up to 4 s.
 */
export function openStream<Data, Variables extends AnyVariables>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  handlers: StreamHandlers<Data>,
): () => void {
  let closed = false
  let attempt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let stop: (() => void) | undefined

  const again = (error: CombinedError | undefined): void => {
    if (closed || timer !== undefined) return
    stop?.()
    handlers.onEnd(error)
    timer = setTimeout(() => {
      timer = undefined
      open()
    }, retryAfterMs(attempt))
    attempt += 1
  }
  const open = (): void => {
    if (closed) return
    const running = client
      .subscription<Data, Variables>(document, variables, { requestPolicy: 'network-only' })
      .subscribe((result) => {
        if (closed) return
        if (result.data !== undefined && result.data !== null) {
          attempt = 0
          handlers.onData(result.data)
        }
        if (result.error !== undefined) again(result.error)
      })
    stop = running.unsubscribe
  }
  open()
  return () => {
    closed = true
    clearTimeout(timer)
    stop?.()
  }
}
