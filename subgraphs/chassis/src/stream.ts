/** A source of events and what each becomes for the subscriber. */
export interface Source<T> {
  readonly events: AsyncIterable<unknown>
  readonly each: (event: unknown) => Promise<T>
}

const END: IteratorReturnResult<undefined> = { done: true, value: undefined }

/**
 * An iterable that opens its source when first asked, turns events into answers, ends when the source ends or `outer`
 * aborts, and cleans up on every way out: the signal given to `open` aborts and the source is returned. `open` may
 * refuse by throwing: the iterable rejects. Nothing is buffered: the source is asked for its next event when the
 * subscriber asks. One consumer, one `next` at a time.
 */
export function stream<T>(
  outer: AbortSignal,
  open: (signal: AbortSignal) => Promise<Source<T>>,
): AsyncGenerator<T, undefined, undefined> {
  const own = new AbortController()
  let ended = false
  let opened: { events: AsyncIterator<unknown>; each: Source<T>['each'] } | undefined
  let over: () => void = () => {}
  const finished = new Promise<typeof END>((resolve) => {
    over = () => resolve(END)
  })

  const close = () => {
    if (ended) return
    ended = true
    outer.removeEventListener('abort', close)
    own.abort()
    drop(opened?.events)
    over()
  }
  if (outer.aborted) close()
  else outer.addEventListener('abort', close, { once: true })

  const advance = async (): Promise<IteratorResult<T, undefined>> => {
    if (opened === undefined) {
      const source = await open(own.signal)
      opened = { events: source.events[Symbol.asyncIterator](), each: source.each }
      if (ended) drop(opened.events)
    }
    const event = await opened.events.next()
    if (event.done !== true) return { done: false, value: await opened.each(event.value) }
    close()
    return END
  }

  return {
    async next() {
      if (ended) return END
      try {
        return await Promise.race([advance(), finished])
      } catch (thrown) {
        close()
        throw thrown
      }
    },
    async return() {
      close()
      return END
    },
    async throw(reason: unknown) {
      close()
      throw reason
    },
    async [Symbol.asyncDispose]() {
      close()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** Returns a source without waiting: one that waits for its next event answers return() only then. */
function drop(events: AsyncIterator<unknown> | undefined): void {
  void Promise.resolve(events?.return?.()).catch(() => {})
}
