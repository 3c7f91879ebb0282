/** What a ticker needs of its page; a test hands in its own. */
export interface Page {
  requestFrame(run: () => void): number
  cancelFrame(handle: number): void
  /** Runs as the first task after the frame that is being made was painted. */
  afterPaint(run: () => void): void
  hidden(): boolean
  onVisibility(run: () => void): () => void
}

/** A painter draws from the stores into its own canvas or element. */
export type Painter = () => void

/**
 * The one animation frame of the console. However many painters and however much data, there is at most one frame under
 * way; painters run in it in the order in which they were added, and nothing runs while the page is hidden.
 */
export interface Ticker extends Disposable {
  /** Adds a painter and asks for a frame; the function that comes back removes it. */
  add(painter: Painter): () => void
  /** Something changed: paint at the next frame. Many calls make one frame. */
  invalidate(): void
  /** Runs `run` once, after the next frame was painted; never, when that frame had no painter. */
  oncePainted(run: () => void): void
}

/** Bound of callbacks that wait for a paint; the oldest gives way (a hidden page paints nothing). */
const MAX_WAITING = 32

/** Makes a ticker. A painter that throws is removed and its error is reported to the page, so that others go on. */
export function createTicker(page: Page): Ticker {
  const painters = new Set<Painter>()
  const waiting: (() => void)[] = []
  let handle: number | undefined
  let dirty = false

  const paint = (): void => {
    handle = undefined
    dirty = false
    for (const painter of painters) {
      try {
        painter()
      } catch (error) {
        painters.delete(painter)
        reportError(error)
      }
    }
    const done = waiting.splice(0)
    if (painters.size === 0 || done.length === 0) return
    page.afterPaint(() => {
      for (const run of done) run()
    })
  }
  const request = (): void => {
    dirty = true
    if (handle === undefined && !page.hidden()) handle = page.requestFrame(paint)
  }
  const unwatch = page.onVisibility(() => {
    if (page.hidden() && handle !== undefined) {
      page.cancelFrame(handle)
      handle = undefined
    } else if (!page.hidden() && dirty) request()
  })

  return {
    add(painter) {
      painters.add(painter)
      request()
      return () => painters.delete(painter)
    },
    invalidate: request,
    oncePainted(run) {
      if (waiting.length === MAX_WAITING) waiting.shift()
      waiting.push(run)
    },
    [Symbol.dispose]() {
      unwatch()
      if (handle !== undefined) page.cancelFrame(handle)
      painters.clear()
      waiting.length = 0
    },
  }
}

/** The browser's own page. */
export const BROWSER_PAGE: Page = {
  requestFrame: (run) => requestAnimationFrame(run),
  cancelFrame: (handle) => cancelAnimationFrame(handle),
  afterPaint(run) {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => {
      channel.port1.close()
      run()
    }
    channel.port2.postMessage(undefined)
  },
  hidden: () => document.hidden,
  onVisibility(run) {
    document.addEventListener('visibilitychange', run)
    return () => document.removeEventListener('visibilitychange', run)
  },
}
