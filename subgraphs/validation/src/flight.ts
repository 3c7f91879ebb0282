/** Calls that are on their way, by key: whoever asks for the same meanwhile waits for the same answer. */
export interface Flights<T> {
  /** Joins the call under this key, or makes it. `led` tells whether this caller made it. */
  join(key: string, call: () => Promise<T>): Promise<{ readonly value: T; readonly led: boolean }>
  readonly size: number
}

/** Bounded by the requests that are on their way themselves; a call leaves when it settles, whichever way. */
export function openFlights<T>(): Flights<T> {
  const flights = new Map<string, Promise<T>>()
  return {
    async join(key, call) {
      const flying = flights.get(key)
      if (flying !== undefined) return { value: await flying, led: false }
      const flight = call()
      flights.set(key, flight)
      try {
        return { value: await flight, led: true }
      } finally {
        flights.delete(key)
      }
    },
    get size() {
      return flights.size
    },
  }
}
