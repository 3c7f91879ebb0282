import { advance, type Connection, connecting, type Signal } from './connection.js'

/** The connection's state for React, with a clock that makes silence count. */
export interface ConnectionStore extends Disposable {
  read(): Connection
  signal(signal: Signal): void
  /** Calls on every change, and each second while the state is counted up in words. */
  subscribe(listener: () => void): () => void
}

const TICK_MS = 1_000

/** Makes a store in the state `connecting`; its one timer ends when it is disposed. */
export function createConnectionStore(now: () => number = Date.now): ConnectionStore {
  let state = connecting(now())
  const listeners = new Set<() => void>()
  const signal = (what: Signal): void => {
    const next = advance(state, what)
    if (next === state) return
    state = next
    for (const listener of listeners) listener()
  }
  const timer = setInterval(() => {
    signal({ kind: 'tick', now: now() })
    // A new object makes React read the clock again while seconds are counted.
    if (state.phase !== 'live' && state.phase !== 'paused') {
      state = { ...state }
      for (const listener of listeners) listener()
    }
  }, TICK_MS)
  return {
    read: () => state,
    signal,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      listeners.clear()
    },
  }
}
