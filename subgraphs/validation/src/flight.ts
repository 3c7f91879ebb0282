/** What a call answered, and whether this caller made it. */
export interface Joined<T> {
  readonly value: T
  readonly led: boolean
}

/** Calls that are on their way, by key: whoever asks for the same meanwhile waits for the same answer. */
export interface Flights<T> {
  /** Joins the call under this key, or makes it. Answers at once when the call does: nobody could have joined it. */
  join(key: string, call: () => T | Promise<T>): Joined<T> | Promise<Joined<T>>
  readonly size: number
}

/** Bounded by the requests that are on their way themselves; a call leaves when it settles, whichever way. */
export function openFlights<T>(): Flights<T> {
  const flights = new Map<string, Promise<T>>()
  return {
    join(key, call) {
      const flying = flights.get(key)
      if (flying !== undefined) return flying.then((value) => ({ value, led: false }))
      const answer = call()
      if (!(answer instanceof Promise)) return { value: answer, led: true }
      flights.set(key, answer)
      return answer.then((value) => ({ value, led: true })).finally(() => flights.delete(key))
    },
    get size() {
      return flights.size
    },
  }
}
